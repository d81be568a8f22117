import { writeFile } from 'node:fs/promises';

import { expect, test } from 'vitest';

import { sharedFile, temporaryFolder } from '../../test/support/files.ts';
import { runGdal, translate } from '../gdal/index.ts';
import { writeGeoTiff } from '../raster/index.ts';
import { sentinel2Sources } from './sources.ts';

const file = temporaryFolder();
const NAMES = ['B01', 'B02', 'B03', 'B04', 'B05', 'B06', 'B07', 'B08', 'B8A', 'B09', 'B10', 'B11', 'B12'];

async function sourcesOf(...names: string[]): Promise<[string, number | undefined][]> {
  const sources = await sentinel2Sources(names.map((name) => ({ name, path: file(name) })));
  return [...sources].map(([band, source]) => [band, source.band]);
}

async function write(name: string, bands: number): Promise<void> {
  const data = Array.from({ length: bands }, () => new Uint16Array(4));
  await writeGeoTiff(file(name), { data, width: 2, height: 2, bounds: [0, 0, 20, 20], crs: 'EPSG:32630' });
}

test('bands are found by the names of their files', async () => {
  const names = ['B04.tif', 'T30UVG_20200101_B8A_20m.tif', 'scene-scl.TIF'];
  expect(await sourcesOf(...names)).toEqual([
    ['B04', undefined],
    ['B8A', undefined],
    ['SCL', undefined],
  ]);
});

test('a file of 13 bands has them in their usual order, one of others has none', async () => {
  await write('thirteen.tif', 13);
  await write('three.tif', 3);
  const expected = NAMES.map((name, index) => [name, index + 1]);
  expect(await sourcesOf('thirteen.tif', 'three.tif')).toEqual(expected);
});

test('bands that have names are found by them', async () => {
  await write('two.tif', 2);
  const source = (band: number): string =>
    `<SimpleSource><SourceFilename relativeToVRT="1">two.tif</SourceFilename><SourceBand>${band}</SourceBand></SimpleSource>`;
  const band = (place: number, name: string): string =>
    `<VRTRasterBand dataType="UInt16" band="${place}"><Description>${name}</Description>${source(place)}</VRTRasterBand>`;
  const xml = `<VRTDataset rasterXSize="2" rasterYSize="2">${band(1, 'B11 (short-wave)')}${band(2, 'B03')}</VRTDataset>`;
  await writeFile(file('named.vrt'), xml);
  await runGdal(translate({ input: file('named.vrt'), output: file('named.tif'), format: 'GTiff' }));
  expect(await sourcesOf('named.tif')).toEqual([
    ['B11', 1],
    ['B03', 2],
  ]);
});

test('a band in two files is refused by the names of both', async () => {
  await expect(sourcesOf('a_B04.tif', 'b_B04.tif')).rejects.toThrow(
    'The band B04 is in a_B04.tif and in b_B04.tif: one scene at a time is worked on',
  );
});

const patch = sharedFile('sentinel-2/L1C_patches/L1C_2015-07-11_13band.tif');
test.skipIf(patch.absent)('a real patch of 13 named bands (needs ../shared/data) has them all', async () => {
  const sources = await sentinel2Sources([{ name: 'patch.tif', path: patch.path }]);
  expect([...sources.keys()]).toEqual(NAMES);
});
