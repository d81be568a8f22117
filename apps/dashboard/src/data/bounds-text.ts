export type Bounds = readonly [west: number, south: number, east: number, north: number];

/** Bounds as people write them: four numbers in degrees, parted by commas or spaces. Undefined when they are none. */
export function readBounds(text: string): Bounds | undefined {
  const parts = text.trim().split(/[\s,;]+/);
  const numbers = parts.map(Number);
  if (parts.length !== 4 || numbers.some((value, i) => parts[i] === '' || !Number.isFinite(value)))
    return undefined;
  const [west, south, east, north] = numbers as unknown as Bounds;
  const inside = west >= -180 && east <= 180 && south >= -90 && north <= 90;
  return inside && west < east && south < north ? [west, south, east, north] : undefined;
}

/** The bounds as a GeoJSON feature. */
export const boxOf = ([west, south, east, north]: Bounds): object => ({
  type: 'Feature',
  properties: {},
  geometry: {
    type: 'Polygon',
    coordinates: [
      [
        [west, south],
        [east, south],
        [east, north],
        [west, north],
        [west, south],
      ],
    ],
  },
});
