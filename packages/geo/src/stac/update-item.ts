import type { BandFinding, Outline } from '../findings/index.ts';
import { EO } from './item.ts';

export interface StacItemChanges {
  /** Statistics of the bands of the first asset that has any, in their order. */
  readonly bands?: readonly BandFinding[] | undefined;
  readonly outline?: Outline | undefined;
  /** Percent of the place that was under cloud. */
  readonly cloudCover?: number | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** An item as `stacItem` made it, with what became known since. */
export function stacItemWith(
  item: Fields,
  { bands, outline, cloudCover }: StacItemChanges,
): Record<string, unknown> {
  const properties = item['properties'] as Fields;
  const extensions = item['stac_extensions'] as readonly string[];
  return {
    ...item,
    ...(outline === undefined ? {} : { geometry: outline.geometry, bbox: outline.bounds }),
    ...(bands === undefined ? {} : { assets: withStatistics(item['assets'] as Fields, bands) }),
    ...(cloudCover === undefined
      ? {}
      : {
          properties: { ...properties, 'eo:cloud_cover': cloudCover },
          stac_extensions: extensions.includes(EO) ? extensions : [...extensions, EO],
        }),
  };
}

function withStatistics(assets: Fields, found: readonly BandFinding[]): Fields {
  const entries = Object.entries(assets) as [string, Fields][];
  const name = entries.find(([, asset]) => Array.isArray(asset['bands']))?.[0];
  return Object.fromEntries(
    entries.map(([key, asset]) => [
      key,
      key === name
        ? {
            ...asset,
            bands: (asset['bands'] as Fields[]).map((band, index) => ({
              ...band,
              ...statistics(found[index]),
            })),
          }
        : asset,
    ]),
  );
}

function statistics(found: BandFinding | undefined): Fields {
  if (found === undefined || found.minimum === null) return {};
  const { minimum, maximum, mean, sd, validPercent } = found;
  return { statistics: { minimum, maximum, mean, stddev: sd, valid_percent: validPercent } };
}
