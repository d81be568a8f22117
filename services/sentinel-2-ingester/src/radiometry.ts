import type { ArchiveAsset, ArchiveItem } from '@fusion-platform/geo';

import { productsOf } from './tile.ts';

/** How the numbers of a file become reflectance times 10,000: `number * factor + offset`. */
export interface Radiometry {
  readonly factor: number;
  readonly offset: number;
}

/** What is added to all numbers since baseline 04.00, so that slightly negative reflectances can be told. */
const ADDED = 1000;
const SINCE = 4;

/**
 * Since processing baseline 04.00 the producer adds 1000 to all reflectances; archives take it off again, or do not,
 * and what items say of it contradicts itself. In this order:
 *
 * 1. `earthsearch:boa_offset_applied`, or `sentinel:` of old, which the archive sets when it takes it off: `true` leaves
 *    the numbers alone, `false` takes off 1000 from baseline 04.00 on;
 * 2. `offset` of the band in `raster:bands` or `bands`, or of the asset itself, a reflectance such as -0.1;
 * 3. the baseline alone.
 */
export function radiometryOf(item: Pick<ArchiveItem, 'id' | 'properties'>, asset: ArchiveAsset): Radiometry {
  const band = bandOf(asset);
  const factor = band.scale === null ? 1 : round(band.scale * 10_000);
  const byBaseline = baselineOf(item) >= SINCE ? -ADDED : 0;
  const { properties } = item;
  const applied = properties['earthsearch:boa_offset_applied'] ?? properties['sentinel:boa_offset_applied'];
  if (applied === true) return { factor, offset: 0 };
  if (applied === false) return { factor, offset: byBaseline };
  if (band.offset !== null) return { factor, offset: round(band.offset * 10_000) };
  return { factor, offset: byBaseline };
}

/** The version of the processing as a number, 0 where it is not said. */
export function baselineOf(item: Pick<ArchiveItem, 'id' | 'properties'>): number {
  const said = ['s2:processing_baseline', 'sentinel:processing_baseline', 'processing:version'].map((name) =>
    Number.parseFloat(String(item.properties[name])),
  );
  const named = productsOf(item).map((name) => Number(/_N(\d{4})_/.exec(name)?.[1] ?? Number.NaN) / 100);
  return [...said, ...named].find(Number.isFinite) ?? 0;
}

export interface Corrected {
  /** Numbers with data. */
  readonly seen: number;
  /** Those that would have come out below 1. */
  readonly clamped: number;
}

/**
 * Reflectance times 10,000; 0 stays no data, and what has data stays at 1 at least.
 * @param values changed in place
 */
export function correct(values: Uint16Array, { factor, offset }: Radiometry): Corrected {
  let [seen, clamped] = [0, 0];
  if (factor === 1 && offset === 0) return { seen, clamped };
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    if (value === 0) continue;
    const corrected = Math.round(value * factor + offset);
    seen += 1;
    if (corrected < 1) clamped += 1;
    values[index] = Math.max(1, Math.min(65_535, corrected));
  }
  return { seen, clamped };
}

/** Of the ground, and even of water, hardly anything is darker than black: of so much the offset was taken off before. */
const MOST_CLAMPED = 0.1;

/** A warning where so many numbers come out below the least one that the item probably says something wrong; null else. */
export function doubtOf({ seen, clamped }: Corrected, item: string, band: string): string | null {
  const share = clamped / Math.max(1, seen);
  if (share <= MOST_CLAMPED) return null;
  return (
    `${(100 * share).toFixed(0)} % of the band ${band} of ${item} is below the least reflectance once the offset is taken off: ` +
    'the archive probably took it off before, though the item does not say so. Look at the image before you use it'
  );
}

function bandOf(asset: ArchiveAsset): { scale: number | null; offset: number | null } {
  // STAC 1.1 has `bands` with the names of an extension before it.
  const lists = [asset['raster:bands'], asset['bands']];
  const firsts = lists.map((list) =>
    Array.isArray(list) ? (list as Record<string, unknown>[])[0] : undefined,
  );
  // What holds of all bands of an asset it says itself.
  for (const first of [...firsts, asset]) {
    const scale = first?.['scale'] ?? first?.['raster:scale'];
    const offset = first?.['offset'] ?? first?.['raster:offset'];
    if (typeof scale === 'number' || typeof offset === 'number')
      return {
        scale: typeof scale === 'number' && scale > 0 ? scale : null,
        offset: typeof offset === 'number' ? offset : null,
      };
  }
  return { scale: null, offset: null };
}

/** Products of decimal fractions, without their last doubtful digits. */
function round(value: number): number {
  return Number(value.toPrecision(12));
}
