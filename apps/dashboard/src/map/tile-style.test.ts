import { expect, test } from 'vitest';

import { partOf } from './tile-style.ts';

test.each([
  // Protomaps
  ['earth', 'land'],
  ['landuse', 'green'],
  ['landcover', 'green'],
  ['water', 'water'],
  ['boundaries', 'border'],
  ['roads', 'road'],
  ['buildings', 'building'],
  ['places', 'place'],
  ['pois', 'other'],
  // OpenMapTiles
  ['waterway', 'water'],
  ['water_name', 'water'],
  ['transportation', 'road'],
  ['boundary', 'border'],
  ['place', 'place'],
  ['park', 'green'],
  // Shortbread
  ['ocean', 'water'],
  ['land', 'green'],
  ['streets', 'road'],
  ['place_labels', 'place'],
  ['boundary_labels', 'place'],
  // Somebody's own
  ['parcels', 'other'],
])('layer %s shows %s', (layer, part) => {
  expect(partOf(layer)).toBe(part);
});
