import type { ArchiveAsset, ArchiveItem } from '@fusion-platform/geo';

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
 * 1. `earthsearch:boa_offset_applied`, which the archive sets when it takes it off: `true` leaves the numbers alone,
 *    `false` takes off 1000 from baseline 04.00 on;
 * 2. `offset` of the band in `raster:bands`, a reflectance such as -0.1;
 * 3. the baseline alone.
 */
export function radiometryOf(
  { properties }: Pick<ArchiveItem, 'properties'>,
  asset: ArchiveAsset,
): Radiometry {
  const band = bandOf(asset);
  const factor = band.scale === null ? 1 : round(band.scale * 10_000);
  const byBaseline = baselineOf(properties) >= SINCE ? -ADDED : 0;
  const applied = properties['earthsearch:boa_offset_applied'];
  if (applied === true) return { factor, offset: 0 };
  if (applied === false) return { factor, offset: byBaseline };
  if (band.offset !== null) return { factor, offset: round(band.offset * 10_000) };
  return { factor, offset: byBaseline };
}

/** The version of the processing as a number, 0 where it is not said. */
export function baselineOf(properties: ArchiveItem['properties']): number {
  const text = properties['s2:processing_baseline'] ?? properties['processing:version'];
  const baseline = Number.parseFloat(String(text));
  return Number.isFinite(baseline) ? baseline : 0;
}

/**
 * Reflectance times 10,000; 0 stays no data, and what has data stays at 1 at least.
 * @param values changed in place
 */
export function correct(values: Uint16Array, { factor, offset }: Radiometry): void {
  if (factor === 1 && offset === 0) return;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    if (value !== 0) values[index] = Math.max(1, Math.min(65_535, Math.round(value * factor + offset)));
  }
}

function bandOf(asset: ArchiveAsset): { scale: number | null; offset: number | null } {
  // STAC 1.1 has `bands` with the names of an extension before it.
  const lists = [asset['raster:bands'], asset['bands']];
  for (const list of lists) {
    const [first] = Array.isArray(list) ? (list as Record<string, unknown>[]) : [];
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
