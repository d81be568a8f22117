import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { writeGeoTiff } from '@fusion-platform/geo';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { bubblewrapWorks } from '../../apps/platform/src/runtimes/testing/bubblewrap.ts';
import { installCommand } from '../cli/support/command.ts';
import type { InstalledCommand } from '../cli/support/command.ts';
import { email, password, root, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';

const run = promisify(execFile);
const works = async (program: string): Promise<boolean> =>
  await run(program, ['--version']).then(
    () => true,
    () => false,
  );
const withoutGdal =
  (await works('python3')) && (await works('gdalinfo')) ? undefined : 'no python3 or no GDAL here';
const withoutSandbox = bubblewrapWorks()
  ? undefined
  : 'there is no bubblewrap here, so services are not taken';

let folder: Awaited<ReturnType<typeof testFolder>>;
let platform: RunningPlatform;
let cli: InstalledCommand;

beforeAll(async () => {
  folder = await testFolder();
  platform = await startPlatform(folder.path, { FUSION_SERVICES: join(root, 'e2e/services') });
  const access = { FUSION_URL: platform.url, FUSION_EMAIL: email, FUSION_PASSWORD: password };
  cli = await installCommand({ FUSION_PLATFORM_HOME: root, ...access });
  await writeDem();
  await writeZones();
});
afterAll(async () => {
  await platform?.stop();
  await Promise.all([folder?.remove(), cli?.remove()]);
});

const example = (name: string): string => join(root, 'examples', name);
const inFolder = (...parts: string[]): string => join(cli.folder, ...parts);

interface Ended {
  readonly outputs: readonly { readonly number: number; readonly path: string }[];
}

/** Runs an example without a platform, and on one, and gives what each wrote to an output. */
async function everyWay(name: string, output: number, ending: string, inputs: string[], options: string[]) {
  expect(await cli.json(['services', 'check', example(name)])).toMatchObject([{ valid: true, faults: [] }]);
  const flags = [
    ...inputs.flatMap((path) => ['--input', path]),
    ...options.flatMap((one) => ['--option', one]),
  ];
  const tried = await cli.json<Ended>(['services', 'try', example(name), ...flags, '--to', `${name}-tried`]);
  const texts = [await readFile(tried.outputs.find(({ number }) => number === output)!.path, 'utf8')];
  if (withoutSandbox) return texts;
  await cli.json(['services', 'publish', example(name)]);
  const title = /^name: (.*)$/m.exec(await readFile(join(example(name), 'service.yaml'), 'utf8'))![1]!;
  await mkdir(inFolder(`${name}-run`));
  const given = ['--input-list', ...inputs.map((path) => inFolder(path))];
  const chosen = options.length > 0 ? ['--options', ...options] : [];
  const started = await cli.run(['start', title, ...given, ...chosen, '--download'], {
    cwd: inFolder(`${name}-run`),
  });
  expect([started.code, started.stderr]).toEqual([0, expect.any(String)]);
  const files = await readdir(inFolder(`${name}-run`), { recursive: true });
  const made = files.find((path) => path.endsWith(ending) && path.includes('Output'));
  texts.push(await readFile(inFolder(`${name}-run`, made!), 'utf8'));
  return texts;
}

const [width, height, seam] = [60, 40, 30];

/** Two planes that meet in one column: 10 percent to its left, 40 to its right, and so 25 in it. */
async function writeDem(): Promise<void> {
  const data = new Float32Array(width * height);
  for (let row = 0; row < height; row += 1)
    for (let column = 0; column < width; column += 1)
      data[row * width + column] = column <= seam ? column : seam + 4 * (column - seam);
  const bounds = [420_000, 6_190_000, 420_000 + 10 * width, 6_190_000 + 10 * height] as const;
  await writeGeoTiff(inFolder('dem.tif'), { data, width, height, bounds, crs: 'EPSG:32630', nodata: -9999 });
}

describe(`slope-classes, in Python${withoutGdal ? ` (skipped: ${withoutGdal})` : ''}`, () => {
  test.skipIf(withoutGdal)(
    'counts what the geometry of two planes says, without a platform and on one',
    async () => {
      const texts = await everyWay('slope-classes', 2, 'classes.csv', ['dem.tif'], ['limits=5,15,30']);
      // Pixels at the edge lack neighbours, and have no slope.
      const high = height - 2;
      const pixels = [0, (seam - 1) * high, high, (width - seam - 2) * high];
      for (const text of texts) {
        const rows = text
          .trim()
          .split('\r\n')
          .slice(1)
          .map((line) => line.split(','));
        expect(rows.map((row) => Number(row[3]))).toEqual(pixels);
        // A pixel has 100 square metres.
        expect(rows.map((row) => Number(row[4]))).toEqual(pixels.map((count) => count / 100));
        expect(rows.reduce((sum, row) => sum + Number(row[5]), 0)).toBeCloseTo(100, 4);
      }
    },
  );

  test.skipIf(withoutGdal)(
    'counts the same with the programs of GDAL as with its Python package',
    async () => {
      const place = inFolder('programs');
      await cp(example('slope-classes'), place, { recursive: true });
      for (const name of ['inputs/1', 'scratch']) await mkdir(join(place, name), { recursive: true });
      await cp(inFolder('dem.tif'), join(place, 'inputs/1/dem.tif'));
      const file = { path: 'inputs/1/dem.tif', name: 'dem.tif' };
      const job = { options: { limits: '5,15,30' }, inputs: [{ files: [file] }] };
      await writeFile(join(place, 'job.json'), JSON.stringify(job));
      // -S leaves out the packages of the system, GDAL's among them.
      await run('python3', ['-S', '-E', 'main.py'], { cwd: place });
      const text = await readFile(join(place, 'outputs/2/dem-classes.csv'), 'utf8');
      expect(text).toBe(await readFile(inFolder('slope-classes-tried/outputs/2/dem-classes.csv'), 'utf8'));
    },
  );

  test.skipIf(withoutGdal)('refuses a grid in degrees, in words', async () => {
    const data = new Float32Array(100).fill(1);
    await writeGeoTiff(inFolder('degrees.tif'), {
      data,
      width: 10,
      height: 10,
      bounds: [0, 0, 1, 1],
      crs: 'EPSG:4326',
    });
    const args = ['services', 'try', example('slope-classes'), '--input', 'degrees.tif', '--to', 'refused'];
    const { code, stderr } = await cli.run(args);
    expect([code, stderr]).toEqual([
      3,
      expect.stringMatching(/degrees\.tif is not on a projected grid in metres/),
    ]);
  });
});

const pixel = 0.001;
const triangle = [
  [10.0031, 49.9995],
  [10.0152, 49.9922],
  [10.0047, 49.9893],
  [10.0031, 49.9995],
] as const;

/** Every pixel is ten times its row plus its column; a zone along the edges of pixels, and one across them. */
async function writeZones(): Promise<void> {
  const [columns, rows] = [20, 12];
  const data = Float32Array.from(
    { length: columns * rows },
    (_, i) => 10 * Math.floor(i / columns) + (i % columns),
  );
  const bounds = [10, 50 - rows * pixel, 10 + columns * pixel, 50] as const;
  await writeGeoTiff(inFolder('index.tif'), { data, width: columns, height: rows, bounds, crs: 'EPSG:4326' });
  const [west, north, east, south] = [10 + 2 * pixel, 50 - pixel, 10 + 6 * pixel, 50 - 4 * pixel];
  const square = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
  const feature = (name: string, ring: unknown) => ({
    type: 'Feature',
    properties: { name },
    geometry: { type: 'Polygon', coordinates: [ring] },
  });
  const features = [feature('Square, aligned', square), feature('Triangle', triangle)];
  await writeFile(inFolder('zones.geojson'), JSON.stringify({ type: 'FeatureCollection', features }));
}

/** The values of the pixels whose middle lies in the triangle, by the sides on which it lies of its edges. */
function valuesInTriangle(): number[] {
  const values: number[] = [];
  for (let row = 0; row < 12; row += 1)
    for (let column = 0; column < 20; column += 1) {
      const [x, y] = [10 + (column + 0.5) * pixel, 50 - (row + 0.5) * pixel];
      const sides = [0, 1, 2].map((i) => {
        const [[ax, ay], [bx, by]] = [triangle[i]!, triangle[i + 1]!];
        return Math.sign((bx - ax) * (y - ay) - (by - ay) * (x - ax));
      });
      if (new Set(sides).size === 1) values.push(10 * row + column);
    }
  return values;
}

test('zonal-statistics, in TypeScript, counts the pixels whose middle lies inside, without a platform and on one', async () => {
  const texts = await everyWay('zonal-statistics', 1, 'zones.csv', ['index.tif', 'zones.geojson'], []);
  const inside = valuesInTriangle();
  expect(inside.length).toBeGreaterThan(20);
  const mean = inside.reduce((sum, value) => sum + value, 0) / inside.length;
  const sd = Math.sqrt(inside.reduce((sum, value) => sum + (value - mean) ** 2, 0) / inside.length);
  for (const text of texts) {
    const [square, other] = text.trim().split('\r\n').slice(1);
    // Rows 1 to 3 and columns 2 to 5.
    expect(square).toMatch(/^"Square, aligned",12,12,35,23\.5,/);
    const [name, count, minimum, maximum, found, spread] = other!.split(',');
    expect([name, Number(count), Number(minimum), Number(maximum)]).toEqual([
      'Triangle',
      inside.length,
      Math.min(...inside),
      Math.max(...inside),
    ]);
    expect(Number(found)).toBeCloseTo(mean, 9);
    expect(Number(spread)).toBeCloseTo(sd, 9);
  }
});
