import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

import TopoJSON from 'ol/format/TopoJSON.js';
import type MultiPolygon from 'ol/geom/MultiPolygon.js';
import type Polygon from 'ol/geom/Polygon.js';
import { expect, test } from 'vitest';

import { unwrapRing } from './unwrap.ts';

test('a ring on one side of the world stays as it is', () => {
  const ring = [
    [10, 0],
    [20, 0],
    [20, 10],
    [10, 0],
  ];
  expect(unwrapRing(ring)).toEqual(ring);
});

test('a ring over the 180th meridian goes on beyond it, and closes', () => {
  const ring = [
    [170, 0],
    [-170, 0],
    [-170, 10],
    [170, 10],
    [170, 0],
  ];
  expect(unwrapRing(ring).map(([x]) => x)).toEqual([170, 190, 190, 170, 170]);
});

test('a ring around the south pole is closed along it', () => {
  const ring = [
    [-170, -70],
    [-60, -65],
    [60, -65],
    [170, -70],
    [-170, -70],
  ];
  const unwrapped = unwrapRing(ring);
  expect(unwrapped.slice(-4)).toEqual([
    [190, -70],
    [190, -90],
    [-170, -90],
    [-170, -70],
  ]);
});

test('no border of the base map leaps across the world', async () => {
  const path = createRequire(import.meta.url).resolve('world-atlas/countries-50m.json');
  const features = new TopoJSON({ layers: ['countries'] }).readFeatures(
    JSON.parse(await readFile(path, 'utf8')),
  );
  const rings = features.flatMap((feature) => {
    const geometry = feature.getGeometry() as Polygon | MultiPolygon | undefined;
    if (!geometry) return [];
    return geometry.getType() === 'Polygon'
      ? (geometry as Polygon).getCoordinates()
      : (geometry as MultiPolygon).getCoordinates().flat();
  });
  expect(rings.length).toBeGreaterThan(1000);
  for (const ring of rings) {
    const unwrapped = unwrapRing(ring);
    // The pole itself is one place, however long a step along it is.
    const leaps = unwrapped.filter(
      ([x, y], i) => i > 0 && Math.abs(y!) < 90 && Math.abs(x! - unwrapped[i - 1]![0]!) > 180,
    );
    expect(leaps).toEqual([]);
  }
});
