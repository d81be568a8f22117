import { GROUND, NODATA, SHADOW, THICK_CLOUD, THIN_CLOUD } from './classes.ts';

/** What to make of pixels that the scene classification leaves unclassified. */
export const UNCLASSIFIED: Readonly<Record<string, number>> = {
  ground: GROUND,
  shadow: SHADOW,
  thick_cloud: THICK_CLOUD,
  thin_cloud: THIN_CLOUD,
  no_data: NODATA,
};

/**
 * The class of each value of a scene classification (SCL) of level 2A, values as in ESA's Sentinel-2 Level-2A Algorithm
 * Theoretical Basis Document.
 */
export function classTable(unclassified: number): Uint8Array {
  const table = new Uint8Array(256).fill(NODATA);
  const set = (value: number, ...from: number[]): void => {
    for (const place of from) table[place] = value;
  };
  // Dark areas, vegetation, bare soil, water, snow or ice.
  set(GROUND, 2, 4, 5, 6, 11);
  set(SHADOW, 3);
  // Clouds of medium and of high probability.
  set(THICK_CLOUD, 8, 9);
  // Cirrus.
  set(THIN_CLOUD, 10);
  set(unclassified, 7);
  return table;
}
