import { expect, test } from 'vitest';

import { distanceFromBounds } from './distance-from-bounds.ts';

test('how far a raster is put from where the platform has it is told in metres', () => {
  // A degree at the equator, and one where it is half as wide.
  expect(distanceFromBounds([0, 0, 1, 1], 'EPSG:4326', [0, 0, 1, 1])).toBeCloseTo(0, 6);
  expect(distanceFromBounds([0.01, 59.5, 1.01, 60.5], 'EPSG:4326', [0, 59.5, 1, 60.5])).toBeCloseTo(556.6, 0);
  expect(distanceFromBounds([0, 0.01, 1, 1.01], 'EPSG:4326', [0, 0, 1, 1])).toBeCloseTo(1113.2, 0);
});

test('bounds around a pole or over the 180th meridian tell nothing', () => {
  expect(distanceFromBounds([0, 0, 1, 1], 'EPSG:4326', [-180, -90, 180, -60])).toBeUndefined();
  expect(distanceFromBounds([0, 0, 1, 1], 'EPSG:4326', [179, 0, -179, 1])).toBeUndefined();
  expect(distanceFromBounds([0, 0, 1, 1], 'EPSG:4326', undefined)).toBeUndefined();
});
