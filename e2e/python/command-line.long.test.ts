import { glob, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { startSampleArchive } from '@fusion-platform/sample-archive';
import { csvParse } from 'd3-dsv';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';

import { email, password, root, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';
import { pythonClient, runPython } from '../support/python.ts';

const client = await pythonClient();
const { missing } = client;
if (missing && process.env['FUSION_TEST_ALL']) throw new Error(missing);

/** What `define` writes and `start` reads. */
interface Definition {
  service_name: string;
  process_name: string;
  inputs: readonly (string | { readonly name: string; readonly file: string })[];
  options: Record<string, unknown>;
  dispatchers: readonly unknown[];
}

describe.skipIf(missing)(`the command line of the public Python client (${missing ?? 'installed'})`, () => {
  let folder: Awaited<ReturnType<typeof testFolder>>;
  let platform: RunningPlatform;
  let archive: Awaited<ReturnType<typeof startSampleArchive>>;
  /** Where the command runs: it reads from and writes to the folder it is in. */
  let desk: string;

  /** A command as a user types it, with the answers to what it asks. */
  const command = async (line: readonly string[], answers: Record<string, string> = {}): Promise<string> => {
    const [verb = '', ...rest] = line;
    const account = ['-y', 'ours', '-e', email, '-g', 'My organisation'];
    return await runPython(client, 'command.py', [verb, ...rest, ...account], {
      folder: desk,
      url: platform.url,
      answers: { Password: password, ...answers },
    });
  };
  const files = async (pattern: string): Promise<string[]> => {
    const found: string[] = [];
    for await (const path of glob(pattern, { cwd: desk })) found.push(path);
    return found.toSorted();
  };
  const definition = async (name: string): Promise<Definition> =>
    parse(await readFile(join(desk, name), 'utf8')) as Definition;
  const define = async (name: string, made: Partial<Definition>): Promise<void> =>
    await writeFile(join(desk, name), stringify(made));

  beforeAll(async () => {
    folder = await testFolder();
    desk = join(folder.path, 'desk');
    await mkdir(desk);
    await writeFile(
      join(desk, 'glasgow.geojson'),
      await readFile(join(root, 'examples/regions/glasgow.geojson')),
    );
    archive = await startSampleArchive({
      folder: join(root, 'node_modules', '.cache', 'sample-archive'),
      collections: ['cop-dem-glo-30'],
    });
    platform = await startPlatform(folder.path, {
      FUSION_DEM_STAC_URL: archive.stacUrl,
      FUSION_SERVICES: [join(root, 'services'), join(root, 'e2e/services')].join(','),
    });
  });

  afterAll(async () => {
    await platform?.stop();
    await archive?.close();
    await folder?.remove();
  });

  test('starts a process over a file and downloads everything that it made, with metrics', async () => {
    const line = ['start', 'Elevation', '-d', '-i', '-o', '-m', '-t', '-l', 'glasgow.geojson'];
    await command([...line, '-p', 'slope=true'], { 'AWS S3': '', Email: '', Post: '' });
    const made = await files('Elevation_*/**/*.*');
    const inside = (pattern: RegExp): number => made.filter((path) => pattern.test(path)).length;
    expect(inside(/\/1_DEM_Ingester\/Input_1_.*\/.*\.geojson$/)).toBe(1);
    expect(inside(/\/1_DEM_Ingester\/Output_1_.*\/.*\.tif$/)).toBe(1);
    expect(inside(/\/2_Elevation\/Output_\d_.*\/elevation\.tif$/)).toBe(1);
    expect(inside(/\/2_Elevation\/Output_\d_.*\/elevation_slope\.tif$/)).toBe(1);
    const items = await files('Elevation_*/**/.*');
    expect(items).toEqual(expect.arrayContaining([expect.stringMatching(/\/2_Elevation\/Output_1_/)]));
    const metrics = csvParse(await readFile(join(desk, 'metrics.csv'), 'utf8'));
    expect(metrics.map(({ component, success }) => [component, success])).toEqual([
      ['DEM Ingester', 'True'],
      ['Elevation', 'True'],
    ]);
    for (const row of metrics) {
      expect(Number(row['runtime'])).toBeGreaterThan(0);
      expect(Number(row['output_size'])).toBeGreaterThan(0);
    }
    const transferred = ['external_transfer_bytes', 'internal_transfer_bytes'].map((name) =>
      Number(metrics[0]![name]),
    );
    expect(Math.max(...transferred)).toBeGreaterThan(0);
  });

  test('lists and displays processes and services', async () => {
    expect(await command(['list'])).toMatch(/Elevation 20\d\d-.*\b1\b.*100/s);
    expect(await command(['display', 'Elevation 20'])).toMatch(/slope.*True/s);
    const documented = await command(['display', 'Sentinel-2 Spectral Indices']);
    expect(documented).toContain('NDVI');
  });

  test('defines that process as a file, from which another starts that makes the same', async () => {
    const [name = ''] = /Elevation 20[-\d]+ [\d:.]+\+00:00/.exec(await command(['list'])) ?? [];
    await command(['define', '-i', name]);
    const [file = ''] = await files('Elevation_*.yml');
    const defined = await definition(file);
    expect(defined).toMatchObject({
      service_name: 'Elevation',
      process_name: name,
      inputs: [{ file: 'glasgow.geojson' }],
      dispatchers: [],
    });
    expect(defined.options).toMatchObject({ slope: true, run_type: 'run_once' });

    // With its input as a file once more, and then by the name that it has on the platform.
    const inputs = [{ name: 'Glasgow', file: 'glasgow.geojson' }];
    await define('again.yml', { ...defined, process_name: 'Again', inputs });
    await command(['start', 'again.yml', '-w']);
    await command(['define', 'Again']);
    await define('by-name.yml', { ...(await definition('Again.yml')), process_name: 'By name' });
    await command(['start', 'by-name.yml', '-d']);
    await command(['download', 'Again', '-o']);
    const [first, ...others] = await files('*/*_Elevation/*/elevation.tif');
    expect(others).toHaveLength(2);
    const bytes = async (path: string): Promise<Buffer> => await readFile(join(desk, path));
    for (const other of others) expect((await bytes(other)).equals(await bytes(first!))).toBe(true);
  });

  test('starts a process in slices, with a dispatcher, from a file written by hand, and removes it', async () => {
    await define('sliced.yml', {
      service_name: 'Moody',
      process_name: 'Sliced {today@06:30}',
      inputs: [{ name: 'Slices', file: 'glasgow.geojson' }],
      dispatchers: [{ name: 'Post', options: { secret_key: 'right' } }],
    });
    await command(['start', 'sliced.yml', '-d', '-m', '-t', '-r']);
    expect(await files('Sliced_20*T06_30_00_00_00/*/*/*/*.csv')).toEqual([
      expect.stringMatching(/\/0\/1_Moody\/Output_1_Moods\/moods\.csv$/),
      expect.stringMatching(/\/1\/1_Moody\/Output_1_Moods\/moods\.csv$/),
      expect.stringMatching(/\/2\/1_Gather\/Output_1_Gathered\/gathered\.csv$/),
    ]);
    const metrics = csvParse(await readFile(join(desk, 'metrics.csv'), 'utf8'));
    expect(metrics.map(({ execution, component }) => `${execution} ${component}`)).toEqual([
      '0 Moody',
      '0 Post',
      '1 Moody',
      '1 Post',
      '2 Gather',
      '2 Post',
    ]);
    expect(await command(['list'])).not.toContain('Sliced');
  });

  test('says what is not there, and fails', async () => {
    await expect(command(['download', 'Nothing'])).rejects.toThrow('Nothing');
  });
});
