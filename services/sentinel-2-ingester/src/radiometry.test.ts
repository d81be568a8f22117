import { expect, test } from 'vitest';

import { correct, radiometryOf } from './radiometry.ts';

const item = (baseline: string | undefined, applied?: boolean) => ({
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
