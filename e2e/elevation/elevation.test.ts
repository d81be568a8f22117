import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { validateCog } from '@fusion-platform/geo';
import { startSampleArchive } from '@fusion-platform/sample-archive';
import { csvParse } from 'd3-dsv';
import { ExecutionError, exampleRegions, login } from 'fusion-platform';
import type { Data, Organisation, ProcessServiceExecution } from 'fusion-platform';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { itemFaults } from '../../packages/geo/test/support/stac-schemas.ts';
import { email, password, root, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';

const run = promisify(execFile);
const rio = await run('rio', ['cogeo', '--help']).then(
  () => undefined,
  () => 'rio-cogeo is not installed',
);

let folder: Awaited<ReturnType<typeof testFolder>>;
let platform: RunningPlatform;
let archive: Awaited<ReturnType<typeof startSampleArchive>>;
let organisation: Organisation;

beforeAll(async () => {
  folder = await testFolder();
  archive = await startSampleArchive({
    folder: join(root, 'node_modules', '.cache', 'sample-archive'),
    collections: ['cop-dem-glo-30'],
  });
  platform = await startPlatform(folder.path, { FUSION_DEM_STAC_URL: archive.stacUrl });
  const session = await login({ apiUrl: platform.url, email, password, pollInterval: 500 });
  organisation = (await session.user.organisations().first())!;
});

afterAll(async () => {
  await platform?.stop();
  await archive?.close();
  await folder?.remove();
});

async function elevationOf(region: Data, options: Readonly<Record<string, boolean | number>> = {}) {
  const { first: service } = await organisation.findServices({ keyword: 'Elevation' });
  const process = await organisation.newProcess({ name: `Elevation of ${region.name}`, service: service! });
  await process.update({ inputNumber: 1, data: region });
  for (const [optionName, value] of Object.entries(options)) await process.update({ optionName, value });
  return await process.create();
}

test('Glasgow in, elevation out: followed live, with outputs, metrics and a log of each component', async () => {
  const region = await organisation.createData({
    name: 'Glasgow',
    fileType: 'GeoJSON',
    files: [exampleRegions.glasgow],
    wait: true,
  });
  const process = await elevationOf(region);
  expect(process.price).toBeGreaterThan(1);

  const followed = new Set<string>();
  let last = -1;
  await process.execute({
    wait: true,
    onProgress: ({ progress, component }) => {
      expect(progress).toBeGreaterThanOrEqual(last);
      last = progress;
      if (component) followed.add(component.name);
    },
  });
  expect([...followed]).toEqual(['DEM Ingester', 'Elevation']);
  expect(last).toBe(100);

  const execution = (await process.executions().first())!;
  const components = await execution.components().toArray();
  expect(
    components.map(({ intermediate, success, chain_index }) => [chain_index, intermediate, success]),
  ).toEqual([
    [0, true, true],
    [1, false, true],
  ]);
  for (const component of components) {
    expect(component.runtime).toBeGreaterThan(0);
    expect(component.metrics?.length).toBeGreaterThan(0);
    await component.downloadLogFile(join(folder.path, `${component.name}.csv`));
  }
  const moved = components[0]!.metrics?.map((sample) => sample.internal_transfer_bytes ?? 0) ?? [];
  expect(moved.reduce((sum, bytes) => sum + bytes, 0)).toBeGreaterThan(100_000);
  const log = csvParse(await readFile(join(folder.path, 'DEM Ingester.csv'), 'utf8'));
  expect(log.columns).toEqual(['logged_at', 'message']);
  expect(log.length).toBeGreaterThan(0);

  const made = await download(components[1]!);
  expect([...made.keys()].sort()).toEqual([
    'elevation.tif',
    'elevation_relief.png',
    'elevation_statistics.csv',
  ]);
  const cog = await validateCog(made.get('elevation.tif')!);
  expect(cog.errors).toEqual([]);
  const [statistics] = csvParse(await readFile(made.get('elevation_statistics.csv')!, 'utf8'));
  expect(Number(statistics!['minimum'])).toBe(0);
  expect(Number(statistics!['maximum'])).toBeGreaterThan(50);
  await process.delete();
  await region.delete();
});

/** Downloads the outputs of a component with the STAC item of each; gives their paths by name. */
async function download(component: ProcessServiceExecution): Promise<Map<string, string>> {
  const paths = new Map<string, string>();
  await mkdir(join(folder.path, 'outputs'), { recursive: true });
  for await (const output of component.outputs()) {
    for await (const file of output.files()) {
      const path = join(folder.path, 'outputs', file.file_name!);
      await file.download({ path });
      const item = file.getStacItem().item as { readonly stac_extensions: readonly string[] };
      expect(item).toMatchObject({ type: 'Feature', stac_version: '1.1.0' });
      expect(itemFaults(item)).toEqual([]);
      paths.set(file.file_name!, path);
    }
  }
  return paths;
}

test.skipIf(rio)(`the elevation is a valid COG to rio-cogeo (${rio ?? 'installed'})`, async () => {
  const { stdout } = await run('rio', [
    'cogeo',
    'validate',
    '--strict',
    join(folder.path, 'outputs', 'elevation.tif'),
  ]);
  expect(stdout).toMatch(/is a valid cloud optimized GeoTIFF/);
});

test('slope, aspect, hillshade and contours come on request, and an interval without contours is told', async () => {
  const region = await organisation.createData({
    name: 'Terrain of Glasgow',
    fileType: 'GeoJSON',
    files: [exampleRegions.glasgow],
    wait: true,
  });
  const terrain = { slope: true, aspect: true, hillshade: true, contours: true };
  const [all, none] = await Promise.all([
    elevationOf(region, terrain),
    elevationOf(region, { contours: true, contour_interval: 5000 }),
  ]);
  await Promise.all([all.execute({ wait: true }), none.execute({ wait: true })]);

  const [, component] = await (await all.executions().first())!.components().toArray();
  const outputs = await component!.outputs().toArray();
  expect(outputs.map(({ name }) => name)).toEqual([
    'Elevation',
    'Statistics',
    'Relief',
    'Terrain',
    'Contours',
  ]);
  const made = await download(component!);
  for (const name of ['elevation_slope.tif', 'elevation_aspect.tif', 'elevation_hillshade.tif'])
    expect(await validateCog(made.get(name)!)).toEqual({ errors: [], warnings: [] });
  const [contours] = await outputs[4]!.files().toArray();
  const { features } = JSON.parse(await readFile(made.get('elevation_contours.geojson')!, 'utf8')) as {
    features: { properties: { elevation: number } }[];
  };
  const heights = features.map(({ properties }) => properties.elevation);
  expect(heights.filter((height) => height % 10 !== 0)).toEqual([]);
  expect(Math.max(...heights)).toBeGreaterThan(50);
  expect(contours!.attributes).toMatchObject({
    file_type: 'GeoJSON',
    lines: features.length,
    publishable: true,
  });
  const elevations = contours!.selectors?.find(({ selector }) => selector === 'elevation');
  expect(elevations).toMatchObject({ minimum: Math.min(...heights), maximum: Math.max(...heights) });

  const [, bare] = await (await none.executions().first())!.components().toArray();
  expect(bare).toMatchObject({
    success: true,
    abort_reason: expect.stringMatching(/^There are no contours/),
  });
  const left = await bare!.outputs().toArray();
  expect(left.map(({ name }) => name)).toEqual(['Elevation', 'Statistics', 'Relief', 'Contours']);
  expect(await left[3]!.files().toArray()).toEqual([]);
  await Promise.all([all.delete(), none.delete()]);
  await region.delete();
});

test('a region over no tile ends with where it looked and what it found', async () => {
  const square = {
    type: 'Polygon',
    coordinates: [
      [
        [-30, 40],
        [-29.9, 40],
        [-29.9, 40.1],
        [-30, 40.1],
        [-30, 40],
      ],
    ],
  };
  const region = await organisation.createData({
    name: 'The Atlantic',
    fileType: 'GeoJSON',
    files: [{ name: 'atlantic.geojson', data: JSON.stringify(square) }],
    wait: true,
  });
  const before = (await organisation.credit()).any_credits;
  const process = await elevationOf(region);
  const failure: unknown = await process.execute({ wait: true }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ExecutionError);
  expect((failure as Error).message).toMatch(/no elevation data for the region.*cop-dem-glo-30/);
  expect((await organisation.credit()).any_credits).toBe(before);
  const execution = (await process.executions().first())!;
  const [ingester, elevation] = await execution.components().toArray();
  expect(ingester).toMatchObject({ success: false });
  expect(ingester!.metrics?.length).toBeGreaterThan(0);
  // It never ran: nothing was measured, nothing was said.
  expect(elevation?.metrics ?? []).toEqual([]);
  expect(await elevation!.logs().toArray()).toEqual([]);
  expect(await ingester!.outputs().toArray()).toEqual([]);
  await process.delete();
  await region.delete();
});
