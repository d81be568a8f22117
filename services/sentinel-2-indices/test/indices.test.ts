import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { parseStatistics, validateCog, writeGeoTiff } from '@fusion-platform/geo';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { readImage } from './support/rasters.ts';
import type { Image } from './support/rasters.ts';
import { indices } from './support/run.ts';
import type { Run } from './support/run.ts';

const run = promisify(execFile);
const available = await run('gdal_calc.py', ['--help']).then(
  () => true,
  () => false,
);
const scene = new URL('../../../../shared/data/sentinel-2/29RKH_20200219_L2A/', import.meta.url).pathname;
const realAbsent = !existsSync(scene);
const ALL = ['ndvi', 'evi', 'savi', 'msavi2', 'ndwi', 'mndwi', 'ndmi', 'nbr', 'ndsi', 'ndbi'];

let folder: string;
const made = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'indices-rasters-'));
  const place = { bounds: [600_000, 5_000_000, 600_040, 5_000_020], crs: 'EPSG:32630', nodata: 0 } as const;
  const write = (name: string, width: number, ...data: number[]): Promise<void> =>
    writeGeoTiff(made(name), { ...place, data: Uint16Array.from(data), width, height: data.length / width });
  await write('scene_B08.tif', 4, 4000, 3000, 0, 2000, 1000, 500, 2500, 6000);
  await write('scene_B04.tif', 4, 500, 3000, 700, 0, 900, 1500, 300, 400);
  await write('scene_B11.tif', 2, 2000, 1000);
});
afterAll(() => rm(folder, { recursive: true }));

test('the index of each pixel that has all bands', async () => {
  const { outcome, indices: path } = await indices(
    folder,
    [made('scene_B08.tif'), made('scene_B04.tif')],
    'ndvi',
  );
  expect(outcome).toMatchObject({ success: true });
  const { bands, names, nodata } = await readImage(path);
  expect([names, nodata]).toEqual([['NDVI'], -9999]);
  const expected = [3500 / 4500, 0, -9999, -9999, 100 / 1900, -1000 / 2000, 2200 / 2800, 5600 / 6400];
  expect([...(bands[0] ?? [])]).toEqual([...Float32Array.from(expected)]);
});

test('bands of other resolutions go together, on the finest grid', async () => {
  const { indices: path } = await indices(folder, [made('scene_B08.tif'), made('scene_B11.tif')], 'ndmi');
  const { bands, width } = await readImage(path);
  expect(width).toBe(4);
  const expected = [
    2000 / 6000,
    1000 / 5000,
    -9999,
    1000 / 3000,
    -1000 / 3000,
    -1500 / 2500,
    1500 / 3500,
    5000 / 7000,
  ];
  expect([...(bands[0] ?? [])]).toEqual([...Float32Array.from(expected)]);
});

test('what is not there is named, and no choice is refused', async () => {
  const { outcome } = await indices(folder, [made('scene_B08.tif')], 'evi', 'nbr');
  expect(outcome).toMatchObject({
    exit_type: 'refused',
    abort_reason: 'The chosen indices need the bands B04, B02, B12, which no file of the input has',
  });
  expect((await indices(folder, [made('scene_B08.tif')])).outcome.abort_reason).toBe(
    'No index is chosen: choose one at least',
  );
});

test('a band that is there twice is refused by name', async () => {
  await writeGeoTiff(made('other_B08.tif'), {
    data: new Uint16Array(8),
    width: 4,
    height: 2,
    bounds: [600_000, 5_000_000, 600_040, 5_000_020],
    crs: 'EPSG:32630',
  });
  const files = ['scene_B08.tif', 'other_B08.tif', 'scene_B04.tif'].map(made);
  expect((await indices(folder, files, 'ndvi')).outcome.abort_reason).toBe(
    'The band B08 is in scene_B08.tif and in other_B08.tif: one scene at a time is worked on',
  );
});

describe.skipIf(realAbsent || !available)('on the real scene (needs ../shared/data and gdal_calc.py)', () => {
  let found: Run;
  let image: Image;
  const n = 'A.astype(numpy.float64)/10000';
  const r = 'B.astype(numpy.float64)/10000';
  const b = 'C.astype(numpy.float64)/10000';
  const normalised = `(${n}-${r})/(${n}+${r})`;
  const calculations: Readonly<Record<string, readonly [string, ...string[]]>> = {
    ndvi: [normalised, 'B08', 'B04'],
    evi: [`2.5*(${n}-${r})/(${n}+6*${r}-7.5*${b}+1)`, 'B08', 'B04', 'B02'],
    savi: [`1.5*(${n}-${r})/(${n}+${r}+0.5)`, 'B08', 'B04'],
    msavi2: [`(2*${n}+1-numpy.sqrt((2*${n}+1)**2-8*(${n}-${r})))/2`, 'B08', 'B04'],
    ndwi: [normalised, 'B03', 'B08'],
    mndwi: [normalised, 'B03', 'B11'],
    ndmi: [normalised, 'B08', 'B11'],
    nbr: [normalised, 'B08', 'B12'],
    ndsi: [normalised, 'B03', 'B11'],
    ndbi: [normalised, 'B11', 'B08'],
  };

  /** What GDAL makes of bands that it has brought to one grid. */
  async function oracle(option: string): Promise<string> {
    const [formula, ...bands] = calculations[option] as readonly [string, ...string[]];
    const files: string[] = [];
    for (const [place, band] of bands.entries()) {
      const fine = made(`${band}_fine.vrt`);
      await run('gdal_translate', [
        '-q',
        '-of',
        'VRT',
        '-outsize',
        '1098',
        '1098',
        join(scene, `${band}.tif`),
        fine,
      ]);
      files.push(`-${'ABC'[place]}`, fine);
    }
    const output = made(`${option}.tif`);
    const format = ['--type=Float64', '--NoDataValue=-9999', '--overwrite', '--quiet', `--outfile=${output}`];
    await run('gdal_calc.py', [...files, `--calc=${formula}`, ...format]);
    return output;
  }

  beforeAll(async () => {
    const bands = ['B02', 'B03', 'B04', 'B08', 'B11', 'B12'].map((band) => join(scene, `${band}.tif`));
    found = await indices(folder, bands, ...ALL);
    image = await readImage(found.indices);
  });

  test('there is a band for each index, in a Cloud Optimised GeoTIFF', async () => {
    expect(image.names).toEqual(ALL.map((name) => name.toUpperCase()));
    expect(await validateCog(found.indices)).toEqual({ errors: [], warnings: [] });
  });

  test.each(ALL.map((option, place) => ({ option, place })))(
    '$option agrees with GDAL to 1e-6',
    async ({ option, place }) => {
      const path = await oracle(option);
      const expected = (await readImage(path)).bands[0] ?? [];
      const values = image.bands[place] ?? [];
      let [most, compared] = [0, 0];
      for (let index = 0; index < values.length; index++) {
        const [own, other] = [values[index] as number, expected[index] as number];
        if (own === -9999 && (other === -9999 || !Number.isFinite(other))) continue;
        compared += 1;
        // EVI goes to thousands where its denominator nears 0: there 32 bits have no 1e-6 left.
        most = Math.max(most, Math.abs(own - other) / Math.max(1, Math.abs(other)));
      }
      expect(compared).toBeGreaterThan(1_000_000);
      expect(most).toBeLessThan(1e-6);
    },
  );

  test('statistics agree with GDAL to 1e-9', async () => {
    const quiet = ['--config', 'GDAL_PAM_ENABLED', 'NO'];
    const { stdout } = await run('gdalinfo', ['-json', '-stats', ...quiet, found.indices]);
    const { bands } = JSON.parse(stdout) as { bands: { metadata: Record<string, Record<string, string>> }[] };
    const rows = parseStatistics(await readFile(found.statistics, 'utf8'));
    expect(rows.map(({ selector }) => selector)).toEqual(image.names);
    for (const [place, { metadata }] of bands.entries()) {
      const row = rows[place];
      const own = [row?.minimum, row?.maximum, row?.mean, Math.sqrt((row?.squares ?? 0) / (row?.count ?? 0))];
      const theirs = ['MINIMUM', 'MAXIMUM', 'MEAN', 'STDDEV'].map((name) =>
        Number(metadata['']?.[`STATISTICS_${name}`]),
      );
      for (const [index, value] of own.entries())
        expect(Math.abs((value ?? Number.NaN) / (theirs[index] ?? 0) - 1)).toBeLessThan(1e-9);
    }
  });
});
