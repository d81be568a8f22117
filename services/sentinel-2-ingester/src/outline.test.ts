import { crsOf, pixelGridOver, regionBounds, transformBounds } from '@fusion-platform/geo';
import type { Crs } from '@fusion-platform/geo';
import type { Region } from '@fusion-platform/service-kit';
import { expect, test } from 'vitest';

import { outlineOn } from './outline.ts';
import { covers, samplePoints } from './sample-points.ts';

const utm = crsOf(32630) as Crs;
const polygon = (...coordinates: number[][][]): Region => ({ type: 'Polygon', coordinates });

const west = [
  [-4.3, 55.8],
  [-4.21, 55.83],
  [-4.25, 55.9],
  [-4.32, 55.88],
  [-4.3, 55.8],
];
const east = [
  [-4.21, 55.83],
  [-4.1, 55.81],
  [-4.12, 55.92],
  [-4.25, 55.9],
  [-4.21, 55.83],
];
const both = [
  [-4.3, 55.8],
  [-4.21, 55.83],
  [-4.1, 55.81],
  [-4.12, 55.92],
  [-4.25, 55.9],
  [-4.32, 55.88],
  [-4.3, 55.8],
];

const grid = pixelGridOver(utm.name, transformBounds(regionBounds(polygon(both)), utm.fromLonLat), [30, 30]);

function drawn(region: Region): Uint8Array[] {
  const outline = outlineOn(region, utm, grid);
  return Array.from({ length: grid.height }, (_, row) => outline(row));
}

test('of regions that share an edge each pixel belongs to one', () => {
  const [left, right, whole] = [west, east, both].map((ring) => drawn(polygon(ring)));
  let inside = 0;
  for (const [row, line] of (whole ?? []).entries())
    for (const [column, there] of line.entries()) {
      expect((left?.[row]?.[column] ?? 0) + (right?.[row]?.[column] ?? 0)).toBe(there);
      inside += there;
    }
  expect(inside).toBeGreaterThan(50_000);
});

test('holes are left out, and parts that overlap count once', () => {
  const hole = [
    [-4.25, 55.85],
    [-4.2, 55.85],
    [-4.2, 55.87],
    [-4.25, 55.87],
    [-4.25, 55.85],
  ];
  const count = (region: Region): number =>
    drawn(region)
      .flatMap((line) => [...line])
      .filter(Boolean).length;
  const whole = count(polygon(both));
  expect(count(polygon(both, hole)) + count(polygon(hole))).toBe(whole);
  expect(count({ type: 'MultiPolygon', coordinates: [[both], [hole]] })).toBe(whole);
});

test('sample points lie within the region, as many as its share of its rectangle', () => {
  const { points, even } = samplePoints(polygon(both));
  const inside = covers(polygon(both));
  expect(points.slice(0, even).every(inside)).toBe(true);
  expect(points.slice(even)).toEqual(both);
  const share =
    drawn(polygon(both))
      .flatMap((line) => [...line])
      .filter(Boolean).length /
    (grid.width * grid.height);
  expect(even / 128 ** 2).toBeCloseTo(share, 1);
});
