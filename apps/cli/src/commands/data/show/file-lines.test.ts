import { expect, test } from 'vitest';

import { areaText, fileLines } from './file-lines.ts';
import type { ShownFile } from './file-lines.ts';

const colours = { cyan: (text: string) => text, red: (text: string) => text } as never;
const file = (facts: Partial<ShownFile>): ShownFile =>
  ({ id: 'id', file_type: 'GeoTIFF', ...facts }) as ShownFile;

test('pixels and areas of a drone are no whole metres and no km²', () => {
  const [line] = fileLines(
    { colours },
    file({ file_name: 'a.tif', pixelSize: 0.05, area: 2501.6, publishable: true, size: 10 }),
  );
  expect(line).toBe('  a.tif  GeoTIFF, 10 B, 0.05 m, 2,502 m²');
  expect(areaText(99_999)).toBe('99,999 m²');
  expect(areaText(12_316_770_000)).toBe('12,316.77 km²');
});

test('values are told in nine digits, with no data, and what is made from the upload is said to be', () => {
  const selectors = [
    {
      selector: 'band_1',
      minimum: -8.392598152160645,
      maximum: 1976.35791015625,
      mean: 55.864999999999995,
      nodata: '-9999',
    },
    { selector: 'band_2', minimum: 0, maximum: 12_345_678, mean: null, nodata: '-9999' },
  ] as unknown as NonNullable<ShownFile['selectors']>;
  expect(fileLines({ colours }, file({ selectors, source: 'other', publishable: true, size: 10 }))).toEqual([
    '  id  GeoTIFF, 10 B, no data -9999',
    '    made from the uploaded file; maps and services use this one',
    '    band_1  from -8.39259815, to 1976.35791, mean 55.865',
    '    band_2  from 0, to 12345678',
  ]);
});
