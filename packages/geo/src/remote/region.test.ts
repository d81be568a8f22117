import { expect, test } from 'vitest';

import { crossesAntimeridian } from './region.ts';

const box = (west: number, east: number): number[][][] => [
  [
    [west, -17],
    [east, -17],
    [east, -16],
    [west, -16],
    [west, -17],
  ],
];
const parts = (...spans: (readonly [number, number])[]): Parameters<typeof crossesAntimeridian>[0] => ({
  type: 'MultiPolygon',
  coordinates: spans.map(([west, east]) => box(west, east)),
});

test.each([
  ['a region on both sides of the antimeridian', parts([-180, -179.8], [179.8, 180]), true],
  ['in whichever order its parts come', parts([178, 179], [-180, -179.8], [179.8, 180]), true],
  ['islands near it on both sides', parts([-178, -177], [178, 179]), true],
  ['one side alone', parts([179.8, 180]), false],
  ['the whole Earth', parts([-180, 180]), false],
  ['a belt of parts around the Earth', parts([-180, -60], [-60, 60], [60, 180]), false],
  ['places far from each other, by way of Greenwich', parts([-85, -84], [84, 85]), false],
  ['a polygon', { type: 'Polygon', coordinates: box(-4.5, -4) } as const, false],
])('%s', (_, region, crosses) => {
  expect(crossesAntimeridian(region)).toBe(crosses);
});
