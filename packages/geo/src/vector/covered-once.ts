import { dissolve } from './dissolve/index.ts';
import type { Parts } from './geometry.ts';
import { measure } from './measure.ts';
import { rewound } from './rewound.ts';

/** The ground that polygons of several features, or of several files, cover. */
export interface CoveredGround {
  /** Square metres on the ellipsoid, each counted once; null without polygons. */
  readonly area: number | null;
  /** The polygons dissolved, as text of GeoJSON; null where none covers ground of another, and they are it themselves. */
  readonly region: string | null;
  readonly warnings: readonly string[];
}

/** Counts ground once that several features cover. The features stay what they are: their overlaps may mean something. */
export async function coveredOnce(
  { polygons }: Pick<Parts, 'polygons'>,
  by: 'features' | 'files of this item' = 'features',
): Promise<CoveredGround> {
  const { area } = measure({ points: [], lines: [], polygons });
  const [found] = await dissolve([polygons]);
  const { polygons: joined = null, gaveUp = false } = found ?? {};
  const coordinates = joined?.map(rewound) ?? [];
  const region = JSON.stringify({ type: 'MultiPolygon', coordinates });
  const tooMuch = gaveUp || region.length > LONGEST_REGION;
  const warnings = tooMuch ? [tooMuchOf(by)] : [];
  if (joined === null || region.length > LONGEST_REGION) return { area, region: null, warnings };
  const once = measure({ points: [], lines: [], polygons: coordinates }).area;
  return {
    area: once,
    region,
    warnings: [
      `${by} cover the same ground, which counts once: ${km2(once)} km² of ground, ${km2(area)} km² with what is covered several times. Area, price and the region that services work on are of the ground; the ${noun(by)} stay as they are`,
      ...warnings,
    ],
  };
}

/** Services are told a region whole. */
export const LONGEST_REGION = 64 * 1024 * 1024;

/** What is said where polygons are too much to be dissolved. */
export const tooMuchOf = (by: 'features' | 'files of this item'): string =>
  `whether ${by} cover the same ground was not worked out for all of them, as too many positions or crossings lie near each other: there, ground counts as often as it is covered. Dissolve them first, e.g. with "Dissolve" in QGIS`;

const noun = (by: string): string => by.split(' ')[0] ?? by;

const km2 = (area: number | null): string => String(Number(((area ?? 0) / 1e6).toPrecision(6)));
