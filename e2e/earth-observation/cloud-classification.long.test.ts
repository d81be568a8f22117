import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { glob, readFile, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';

import { startSampleArchive } from '@fusion-platform/sample-archive';
import { csvParse } from 'd3-dsv';
import { exampleRegions, ExecutionError, login } from 'fusion-platform';
import type { DataFile, OptionValue, Organisation, Process, ProcessExecution } from 'fusion-platform';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { email, password, root, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';
import { bytesOf, bytesOn, gdalAbsent, gridOf, insideOf } from '../support/rasters.ts';
import { stacValidator } from '../support/stac.ts';

const run = promisify(execFile);
const everything = Boolean(process.env['FUSION_TEST_ALL']);
const rioAbsent = await run('rio', ['cogeo', '--help']).then(
  () => undefined,
  () => 'rio-cogeo is not installed',
);
const validator = await stacValidator();
for (const missing of [gdalAbsent, rioAbsent, validator.missing])
  if (everything && missing) throw new Error(missing);

const shared = resolve(root, '../shared/data');
const scene = join(shared, 'sentinel-2/29RKH_20200219_L2A/S2A_29RKH_20200219_0_L2A.json');
const boundary = join(shared, 'regions/lake_district.geojson');
/** The boundary of the national park in the British National Grid where it is at hand, else its outline in degrees. */
const lakes = existsSync(boundary) ? boundary : join(root, 'examples/regions/lake-district.geojson');
const runs = ['lakes', ...(existsSync(scene) ? ['desert'] : [])];
const dates: Readonly<Record<string, string>> = { lakes: '2021-03-27', desert: '2020-02-19' };

/** Within the real scene, where it has clouds: some 1,000 square kilometres, with a hole. */
const desert = {
  type: 'Polygon',
  coordinates: [
    [
      [-11.22, 25.28],
      [-11.22, 25.1],
      [-11.1, 24.92],
      [-10.9, 24.95],
      [-10.91, 25.29],
      [-11.22, 25.28],
    ],
    [
      [-11.05, 25.05],
      [-11.05, 25.1],
      [-11, 25.1],
      [-11, 25.05],
      [-11.05, 25.05],
    ],
  ],
};

let folder: Awaited<ReturnType<typeof testFolder>>;
let platform: RunningPlatform;
let archive: Awaited<ReturnType<typeof startSampleArchive>>;
let organisation: Organisation;
/** Their paths, by the name of the run. */
const regions = new Map<string, string>([['lakes', lakes]]);

beforeAll(async () => {
  folder = await testFolder();
  archive = await startSampleArchive({
    folder: join(root, 'node_modules', '.cache', 'sample-archive'),
    collections: ['sentinel-2-l2a'],
    extra: existsSync(scene) ? [{ collection: 'sentinel-2-l2a', item: scene }] : [],
  });
  platform = await startPlatform(folder.path, { FUSION_S2_STAC_URL: archive.stacUrl });
  const session = await login({ apiUrl: platform.url, email, password, pollInterval: 500 });
  organisation = (await session.user.organisations().first())!;
  regions.set('desert', join(folder.path, 'desert.geojson'));
  await writeFile(regions.get('desert')!, JSON.stringify(desert));
  await Promise.all([...runs.map(script), indices()]);
});

afterAll(async () => {
  await platform?.stop();
  await archive?.close();
  await folder?.remove();
});

/** Runs the example as its reader would. */
async function script(name: string): Promise<void> {
  const args = [regions.get(name)!, dates[name]!, join(folder.path, name)];
  const example = join(root, 'examples/cloud-classification.ts');
  await run(process.execPath, ['--conditions=fusion-source', example, ...args], {
    env: {
      PATH: process.env['PATH'],
      FUSION_URL: platform.url,
      FUSION_EMAIL: email,
      FUSION_PASSWORD: password,
    },
  });
}

/** A process over Glasgow of the service with that name. */
async function glasgow(service: string, options: Readonly<Record<string, OptionValue>>): Promise<Process> {
  const file = exampleRegions.glasgow;
  const data = await organisation.createData({
    name: service,
    fileType: 'GeoJSON',
    files: [file],
    wait: true,
  });
  const { first } = await organisation.findServices({ name: service });
  const made = await organisation.newProcess({ name: `${service} of Glasgow`, service: first! });
  await made.update({ inputNumber: 1, data });
  for (const [optionName, value] of Object.entries(options)) await made.update({ optionName, value });
  return await made.create();
}

/** Indices and the bands that they come from, each with its STAC item. */
async function indices(): Promise<void> {
  const made = await glasgow('Sentinel-2 Spectral Indices', { ndvi: true, nbr: true });
  const [execution] = await made.execute({ wait: true });
  for await (const component of execution!.components()) {
    const to = join(folder.path, 'indices', component.name);
    for await (const output of component.outputs())
      for await (const file of output.files()) {
        await file.download({ path: join(to, file.file_name!) });
        const { item, fileName } = file.getStacItem();
        await writeFile(join(to, fileName!), JSON.stringify(item));
      }
  }
}

async function processOf(name: string): Promise<Process> {
  const region = name === 'lakes' ? lakes : regions.get(name)!;
  const stem = region.split('/').at(-1)!.replace('.geojson', '');
  return (await organisation.findProcesses({ name: `Clouds over ${stem}` })).first!;
}

/** Its executions, those of the slices in their order and then the one that puts them together. */
async function groupOf(name: string): Promise<readonly ProcessExecution[]> {
  const executions = await (await processOf(name)).executions().toArray();
  return executions.toSorted((a, b) => a.group_index! - b.group_index!);
}

async function filesOf(execution: ProcessExecution, of: string): Promise<DataFile[]> {
  const component = (await execution.components().toArray()).find(({ name }) => name === of)!;
  const outputs = await component.outputs().toArray();
  return (await Promise.all(outputs.map(async (output) => await output.files().toArray()))).flat();
}

async function paths(pattern: string): Promise<string[]> {
  const found: string[] = [];
  for await (const path of glob(pattern, { cwd: folder.path })) found.push(join(folder.path, path));
  return found;
}

describe.each(runs)('%s', (name) => {
  test('is executed as a group, each slice with its classes in bins 0, 3, 6 and 9 of ten', async () => {
    const group = await groupOf(name);
    const slices = group.slice(0, -1);
    expect(slices.length).toBeGreaterThan(1);
    expect(group.map((one) => [one.group_index, one.group_count, one.success, one.role])).toEqual([
      ...slices.map((_, index) => [index, group.length, true, 'slice']),
      [slices.length, group.length, true, 'aggregator'],
    ]);
    const { price } = await processOf(name);
    expect(group.reduce((sum, one) => sum + one.price!, 0)).toBeCloseTo(price, 6);

    const whole = Array.from({ length: 10 }, () => 0);
    for (const slice of slices) {
      const file = (await filesOf(slice, 'Sentinel-2 Cloud Classification')).find(
        (one) => one.file_type === 'GeoTIFF',
      );
      const [selector] = file!.selectors!;
      expect(selector).toMatchObject({ selector: 'Classification', histogram_minimum: 0 });
      expect(selector!.histogram).toHaveLength(10);
      for (const [bin, count] of selector!.histogram!.entries()) whole[bin]! += count;
    }
    expect(whole.filter((_, bin) => bin % 3 !== 0)).toEqual([0, 0, 0, 0, 0, 0]);
    for (const bin of name === 'lakes' ? [0, 3, 6, 9] : [0, 6, 9]) expect(whole[bin]).toBeGreaterThan(0);

    const path = join(folder.path, name, String(group.length), 'aggregated_statistics.csv');
    const [row] = csvParse(await readFile(path, 'utf8'));
    expect(Array.from(whole, (_, bin) => Number(row![`bin_${bin + 1}`]))).toEqual(whole);
    expect(Number(row!['count'])).toBe(whole.reduce((sum, count) => sum + count, 0));
    expect(Number(row!['file_count'])).toBe(slices.length);
  });

  test.skipIf(gdalAbsent)(
    'comes together without a gap: every pixel of the region in one slice, none in two (needs GDAL)',
    async () => {
      const mosaic = join(folder.path, name, 'mosaic.tif');
      const grid = await gridOf(mosaic);
      const whole = await bytesOf(mosaic);
      const pieces = await paths(`${name}/*/cloud_classification.tif`);
      expect(pieces).toHaveLength((await groupOf(name)).length - 1);
      const slices = new Uint8Array(whole.length);
      for (const piece of pieces) {
        const own = await gridOf(piece);
        expect([own.crs, own.pixel]).toEqual([grid.crs, grid.pixel]);
        expect(Number.isInteger((own.west - grid.west) / grid.pixel)).toBe(true);
        expect(Number.isInteger((own.north - grid.north) / grid.pixel)).toBe(true);
        for (const [at, value] of (await bytesOn(grid, piece, 255)).entries())
          if (value !== 255) slices[at]! += 1;
      }
      // The two ways from the British National Grid to degrees, GDAL's and the platform's, are metres apart.
      const [core, reach] = await Promise.all([-10, 10].map((by) => insideOf(grid, regions.get(name)!, by)));
      const count = (wrong: (at: number) => boolean): number => whole.filter((_, at) => wrong(at)).length;
      expect(count((at) => core![at] === 1)).toBeGreaterThan(10_000);
      expect(count((at) => core![at] === 1 && whole[at] === 255)).toBe(0);
      expect(count((at) => core![at] === 1 && slices[at] !== 1)).toBe(0);
      expect(count((at) => slices[at]! > 1)).toBe(0);
      expect(count((at) => reach![at] === 0 && whole[at] !== 255)).toBe(0);
      expect(count((at) => (slices[at] === 1) !== (whole[at] !== 255))).toBe(0);
    },
  );
});

describe.skipIf(gdalAbsent || !existsSync(scene))('the real scene (needs ../shared/data and GDAL)', () => {
  test('has in each pixel of the region the class that its own scene classification tells', async () => {
    const mosaic = join(folder.path, 'desert/mosaic.tif');
    const grid = await gridOf(mosaic);
    const [found, told] = [await bytesOf(mosaic), await bytesOn(grid, join(scene, '../SCL.tif'), 0)];
    const classes = new Map([2, 4, 5, 6, 7, 11].map((value) => [value, 0]));
    for (const [value, kind] of [
      [3, 1],
      [8, 2],
      [9, 2],
      [10, 3],
    ] as const)
      classes.set(value, kind);
    const seen = found.filter((value) => value !== 255);
    const expected = told.filter((_, at) => found[at] !== 255).map((value) => classes.get(value) ?? 255);
    expect(new Set(seen)).toEqual(new Set([0, 2, 3]));
    expect(seen).toEqual(expected);
  });
});

test('indices come with the bands that they need and no others', async () => {
  const rasters = (await paths('indices/*/*.tif')).map((path) => basename(path)).toSorted();
  const bands = ['B02', 'B03', 'B04', 'B08', 'B12', 'SCL'].map((band) => `${band}.tif`);
  expect(rasters).toEqual([...bands, 'spectral_indices.tif']);
});

test('where no image fits the user is told what was looked for, and pays nothing', async () => {
  const before = (await organisation.credit()).any_credits;
  const made = await glasgow('Demo: Sentinel-2 Cloud Classification', {
    latest_date: false,
    start_date: new Date('2024-01-01T00:00:00Z'),
  });
  const failure: unknown = await made.execute({ wait: true }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ExecutionError);
  expect((failure as Error).message).toMatch(
    /Sentinel-2 Ingester: There is no image of the region \(longitude -4.4 to -4.1.*\) on 2024-01-01 or up to 5 days from there in the collection "sentinel-2-l2a" of the archive http/,
  );
  expect((await organisation.credit()).any_credits).toBe(before);
});

test.skipIf(rioAbsent)(`every raster is a valid COG to rio-cogeo (${rioAbsent ?? 'installed'})`, async () => {
  const rasters = await paths('*/**/*.tif');
  expect(rasters.length).toBeGreaterThan(10);
  for (const path of rasters) {
    const { stdout } = await run('rio', ['cogeo', 'validate', '--strict', path]);
    expect(stdout).toMatch(/is a valid cloud optimized GeoTIFF/);
  }
});

test.skipIf(validator.missing)(
  `every STAC item and collection is valid to PySTAC (${validator.missing ?? 'installed'})`,
  async () => {
    const documents = [...(await paths('*/*/.*.stac')), ...(await paths('*/*/*.json'))];
    const verdicts = 'validate' in validator ? await validator.validate(documents) : {};
    expect(Object.keys(verdicts).toSorted()).toEqual(documents.toSorted());
    for (const [document, verdict] of Object.entries(verdicts))
      expect([document, verdict]).toEqual([
        document,
        expect.arrayContaining([expect.stringMatching(/v1\.1\.0.*(item|collection)\.json$/)]),
      ]);
  },
);
