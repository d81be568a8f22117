import { expect, test } from 'vitest';

import { baselineOf, correct, doubtOf, radiometryOf } from './radiometry.ts';
import { tileOf } from './tile.ts';

const item = (baseline: string | undefined, applied?: boolean) => ({
  id: 'S2A_30UVG_20250514_0_L2A',
  properties: {
    ...(baseline === undefined ? {} : { 's2:processing_baseline': baseline }),
    ...(applied === undefined ? {} : { 'earthsearch:boa_offset_applied': applied }),
  },
});
const asset = (band?: object) => ({
  href: 'B04.tif',
  ...(band === undefined ? {} : { 'raster:bands': [band] }),
});

test.each([
  // The archive took it off, whatever the band says.
  ['05.11', true, { scale: 0.0001, offset: -0.1 }, 0],
  ['05.11', true, undefined, 0],
  // It did not; whether there is something to take off the baseline says.
  ['05.11', false, { scale: 0.0001, offset: 0 }, -1000],
  ['02.14', false, { scale: 0.0001, offset: 0 }, 0],
  ['03.01', false, { scale: 0.0001, offset: -0.1 }, 0],
  // It says nothing: the band counts.
  ['05.11', undefined, { scale: 0.0001, offset: -0.1 }, -1000],
  ['05.11', undefined, { scale: 0.0001, offset: 0 }, 0],
  [undefined, undefined, { scale: 0.0001, offset: -0.1 }, -1000],
  // Nor does the band: the baseline counts.
  ['04.00', undefined, { scale: 0.0001 }, -1000],
  ['03.01', undefined, undefined, 0],
  [undefined, undefined, undefined, 0],
] as const)('baseline %s, applied %s and %j give an offset of %d', (baseline, applied, band, offset) => {
  expect(radiometryOf(item(baseline, applied), asset(band))).toEqual({ factor: 1, offset });
});

test('the words of STAC 1.1 are understood', () => {
  const bands = [{ name: 'red', 'raster:scale': 0.0001, 'raster:offset': -0.1 }];
  expect(radiometryOf(item('05.11'), { href: 'B04.tif', bands })).toEqual({ factor: 1, offset: -1000 });
});

test('what has data keeps it, and no data stays', () => {
  const values = Uint16Array.of(0, 1, 900, 1000, 1001, 3000, 65_535);
  correct(values, { factor: 1, offset: -1000 });
  expect([...values]).toEqual([0, 1, 1, 1, 1, 2000, 64_535]);
  correct(values, { factor: 2, offset: 0 });
  expect([...values]).toEqual([0, 2, 2, 2, 2, 4000, 65_535]);
});

test('an asset may say itself what holds of its one band', () => {
  const whole = { href: 'B04.jp2', 'raster:scale': 0.0001, 'raster:offset': -0.1 };
  expect(radiometryOf(item('05.11'), whole)).toEqual({ factor: 1, offset: -1000 });
  const darkened = { ...whole, 'raster:bands': [{ scale: 0.0001, offset: 0 }] };
  expect(radiometryOf(item('05.11'), darkened)).toEqual({ factor: 1, offset: 0 });
});

test.each([
  [
    'Earth Search',
    'S2A_30UVG_20250514_0_L2A',
    { 'grid:code': 'MGRS-30UVG', 's2:processing_baseline': '05.11' },
  ],
  [
    'Planetary Computer',
    'S2A_MSIL2A_20250514T113331_R080_T30UVG_20250514T190406',
    { 's2:mgrs_tile': '30UVG', 's2:processing_baseline': '05.11' },
  ],
  [
    'Earth Search of old',
    'S2A_30UVG_20250514_0_L2A',
    {
      'sentinel:utm_zone': 30,
      'sentinel:latitude_band': 'U',
      'sentinel:grid_square': 'VG',
      'sentinel:product_id': 'S2A_MSIL2A_20250514T113331_N0511_R080_T30UVG_20250514T190406',
    },
  ],
  ['Copernicus', 'x', { 'grid:code': 'MGRS-30UVG', 'processing:version': '05.11' }],
  [
    'parts of the grid',
    'x',
    {
      'mgrs:utm_zone': 30,
      'mgrs:latitude_band': 'U',
      'mgrs:grid_square': 'VG',
      's2:processing_baseline': '05.11',
    },
  ],
  ['the name alone', 'S2A_MSIL2A_20250514T113331_N0511_R080_T30UVG_20250514T190406', {}],
])('the tile and the baseline of an item are read as %s says them', (_name, id, properties) => {
  expect([tileOf({ id, properties }), baselineOf({ id, properties })]).toEqual(['30UVG', 5.11]);
});

test('tiles of one digit have a zero before them, and what is no tile is none', () => {
  const properties = { 'sentinel:utm_zone': 5, 'sentinel:latitude_band': 'Q', 'sentinel:grid_square': 'KB' };
  expect(tileOf({ id: 'x', properties })).toBe('05QKB');
  expect(tileOf({ id: 'scene-1', properties: { 's2:mgrs_tile': 'none' } })).toBeNull();
});

test('the offset of earlier archives is known as theirs, and what is darker than black is doubted', () => {
  const old = {
    id: 'x',
    properties: { 'sentinel:boa_offset_applied': true, 's2:processing_baseline': '04.00' },
  };
  expect(radiometryOf(old, asset())).toEqual({ factor: 1, offset: 0 });
  const values = Uint16Array.from({ length: 1000 }, (_, index) => (index < 400 ? 500 : 3000));
  const found = correct(values, { factor: 1, offset: -1000 });
  expect(found).toEqual({ seen: 1000, clamped: 400 });
  expect(doubtOf(found, 'S2A_30UVG_20250514_0_L2A', 'B04')).toMatch(/^40 % of the band B04 of S2A_30UVG/);
  expect(doubtOf({ seen: 1000, clamped: 50 }, 'x', 'B04')).toBeNull();
});
