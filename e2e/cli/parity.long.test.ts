import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { csvParse } from 'd3-dsv';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { square } from '../support/flow.ts';
import { email, password, root, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';
import { pythonClient } from '../support/python.ts';
import { installCommand } from './support/command.ts';
import type { InstalledCommand } from './support/command.ts';

const execute = promisify(execFile);
const client = await pythonClient();

let folder: Awaited<ReturnType<typeof testFolder>>;
let platform: RunningPlatform;
let cli: InstalledCommand;
let theirs: string;

/** The Python command, in a folder of its own. */
async function python(args: readonly string[]): Promise<string> {
  if ('missing' in client) throw new Error(client.missing);
  const script = join(import.meta.dirname, 'support', 'python_command.py');
  const [command, ...rest] = args;
  const login = ['-y', 'test', '-e', email, '-g', 'My organisation'];
  const { stdout } = await execute(client.python, [script, command!, ...login, ...rest], {
    cwd: theirs,
    env: { ...process.env, FUSION_URL: platform.url, FUSION_PASSWORD: password },
  });
  return stdout;
}

async function ours(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await cli.run(args);
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${String(code)}:\n${stderr}`);
  return stdout;
}

async function tree(path: string): Promise<string[]> {
  const found = await readdir(path, { recursive: true, withFileTypes: true });
  return found
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name).slice(path.length + 1))
    .sort();
}

describe.skipIf('missing' in client)('beside the Python command', () => {
  beforeAll(async () => {
    folder = await testFolder();
    platform = await startPlatform(folder.path, {
      FUSION_SERVICES: join(root, 'e2e/services'),
      FUSION_STOP_DELAY_SECONDS: '20',
    });
    cli = await installCommand({ FUSION_URL: platform.url, FUSION_EMAIL: email, FUSION_PASSWORD: password });
    theirs = join(folder.path, 'theirs');
    await mkdir(theirs);
    for (const where of [cli.folder, theirs])
      await writeFile(join(where, 'square.geojson'), JSON.stringify(square));
    // A group of slices with an aggregator, one process without, and an option with a value of each kind.
    await ours(['start', 'Copy', '-l', 'square.geojson', '--name', 'Alone', '--watch']);
    await writeFile(join(cli.folder, 'wide.geojson'), JSON.stringify(wide));
    await ours(['start', 'Moody', '-l', 'wide.geojson', '--name', 'Sliced 1', '--watch']);
  });
  afterAll(async () => {
    await platform?.stop();
    await Promise.all([folder?.remove(), cli?.remove()]);
  });

  test.each(['Alone', 'Sliced 1'])(
    '%s: downloads of both have the same tree, bytes and metrics',
    async (name) => {
      const args = ['download', name, '-i', '-o', '-m', '-t'];
      await ours(args);
      await python(args);
      const made = name.replaceAll(' ', '_');
      const [own, other] = [await tree(join(cli.folder, made)), await tree(join(theirs, made))];
      expect(own).toEqual(other);
      expect(own.length).toBeGreaterThan(2);
      for (const file of own) {
        const [a, b] = await Promise.all(
          [cli.folder, theirs].map(async (where) =>
            comparable(file, await readFile(join(where, made, file))),
          ),
        );
        expect([file, a]).toEqual([file, b]);
      }
      const [mine, his] = await Promise.all(
        [cli.folder, theirs].map(async (where) =>
          csvParse(await readFile(join(where, 'metrics.csv'), 'utf8')),
        ),
      );
      expect(mine!.columns).toEqual(his!.columns);
      const sorted = (rows: typeof mine) =>
        rows!.map((row) => Object.values(row).map(asNumber)).sort((a, b) => (String(a) < String(b) ? -1 : 1));
      expect(sorted(mine)).toEqual(sorted(his));
    },
  );

  test('a YAML file of each starts under the other', async () => {
    await ours([
      'start',
      'Sleepy',
      '-l',
      'square.geojson',
      '-p',
      'seconds=1',
      '--name',
      'Defined',
      '--watch',
    ]);
    await ours(['define', 'Defined']);
    await python(['define', 'Defined']);
    const [mine, his] = await Promise.all(
      [cli.folder, theirs].map(async (where) => await readFile(join(where, 'Defined.yml'), 'utf8')),
    );
    for (const key of ['service_name: Sleepy', 'process_name: Defined', 'seconds: 1'])
      expect([key, mine!.includes(key), his!.includes(key)]).toEqual([key, true, true]);
    await writeFile(
      join(theirs, 'ours.yml'),
      mine!.replace('process_name: Defined', "process_name: 'Ours {service_name}'"),
    );
    await writeFile(
      join(cli.folder, 'theirs.yml'),
      his!.replace('process_name: Defined', "process_name: 'Theirs {service_name}'"),
    );
    await python(['start', 'ours.yml', '-w']);
    await ours(['start', 'theirs.yml', '--watch']);
    const rows = await cli.json<{ name: string }[]>(['list']);
    expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining(['Ours Sleepy', 'Theirs Sleepy']));
    const [shown] = await cli.json<{ options: { name: string; value: unknown }[] }[]>([
      'display',
      'Theirs Sleepy',
    ]);
    expect(shown!.options.find(({ name }) => name === 'seconds')?.value).toBe(1);
  });

  test('every flag of the Python command is known here', async () => {
    for (const command of ['list', 'display', 'start', 'define', 'download']) {
      const theirHelp = await python([command, '--help']);
      const ourHelp = await ours([command, '--help']);
      const flags = (text: string): string[] =>
        Array.from(
          text.matchAll(/^ +-(\w),? .*?--([\w-]+)/gm),
          ([, short, long]) => `-${short} --${long!.replaceAll('_', '-')}`,
        );
      expect(flags(theirHelp).length).toBeGreaterThan(3);
      expect(flags(ourHelp)).toEqual(expect.arrayContaining(flags(theirHelp)));
    }
  });
});

/** Numbers are the same however they are written. */
const asNumber = (text: string): string | number =>
  text !== '' && !Number.isNaN(Number(text)) ? Number(text) : text;

/** A region of some 20 km, which the service cuts into slices. */
const wide = {
  type: 'FeatureCollection',
  features: [
    {
      type: 'Feature',
      properties: {},
      geometry: {
        type: 'Polygon',
        coordinates: [
          [
            [-4.4, 55.8],
            [-4.15, 55.8],
            [-4.15, 55.9],
            [-4.4, 55.9],
            [-4.4, 55.8],
          ],
        ],
      },
    },
  ],
};

/**
 * What of a file must be the same. Collections differ: ours is STAC 1.1, names its lineage as the extension has it, and
 * gives the whole Earth where theirs has no box for what has no place.
 */
function comparable(file: string, bytes: Buffer): unknown {
  if (!file.endsWith('.stac')) return bytes.toString('base64');
  const json = JSON.parse(bytes.toString()) as Collection;
  if (!file.endsWith('.collection.stac')) return json;
  const [box] = json.extent.spatial.bbox;
  return { links: json.links, interval: json.extent.temporal, box: box ?? [-180, -90, 180, 90] };
}

interface Collection {
  readonly extent: {
    readonly spatial: { readonly bbox: readonly (readonly number[] | null)[] };
    readonly temporal: unknown;
  };
  readonly links: unknown;
}
