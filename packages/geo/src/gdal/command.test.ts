import { expect, test } from 'vitest';

import { buildVrt, commandLine, translate, warp } from './index.ts';

test('a warp names every option that is given and no other', () => {
  const command = warp({
    inputs: ['a.tif', 'b.tif'],
    output: 'out.tif',
    format: 'GTiff',
    bounds: [-4.5, 55.75, -4, 56],
    targetCrs: 'EPSG:4326',
    resolution: [0.001, 1e-7],
    resampling: 'bilinear',
    cutline: 'region.geojson',
    cropToCutline: true,
    destinationNodata: Number.NaN,
    creationOptions: { COMPRESS: 'DEFLATE', TILED: true },
    dataType: 'Float32',
  });
  expect(commandLine(command).join(' ')).toBe(
    '-overwrite -of GTiff -t_srs EPSG:4326 -te -4.5 55.75 -4 56 -tr 0.001 1e-7 -r bilinear ' +
      '-cutline region.geojson -crop_to_cutline -dstnodata nan -ot Float32 -co COMPRESS=DEFLATE -co TILED=YES ' +
      'a.tif b.tif out.tif',
  );
  expect(commandLine(warp({ inputs: ['a'], output: 'b', format: 'COG' }))).toEqual([
    '-overwrite',
    '-of',
    'COG',
    'a',
    'b',
  ]);
});

test('a translation gives its window from the upper left corner, as gdal_translate wants it', () => {
  const command = translate({
    input: 'a',
    output: 'b',
    format: 'GTiff',
    bounds: [1, 2, 3, 4],
    resampling: 'near',
  });
  expect(commandLine(command)).toEqual([
    '-of',
    'GTiff',
    '-projwin',
    '1',
    '4',
    '3',
    '2',
    '-r',
    'nearest',
    'a',
    'b',
  ]);
});

test('a VRT names its output before its inputs', () => {
  const command = buildVrt({ inputs: ['a', 'b'], output: 'c', resolution: [2, 3], nodata: -1 });
  expect(commandLine(command)).toEqual([
    '-overwrite',
    '-resolution',
    'user',
    '-tr',
    '2',
    '3',
    '-vrtnodata',
    '-1',
    'c',
    'a',
    'b',
  ]);
});

test('a bound that is not a number is refused before GDAL sees it', () => {
  expect(() => warp({ inputs: ['a'], output: 'b', format: 'COG', bounds: [0, 0, Number.NaN, 1] })).toThrow(
    RangeError,
  );
});
