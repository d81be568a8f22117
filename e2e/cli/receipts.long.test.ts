import { execFile } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { square } from '../support/flow.ts';
import { email, password, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';
import { pythonEnvironment } from '../support/python.ts';
import { writeRaiseService } from '../support/raise-service.ts';
import { installCommand } from './support/command.ts';
import type { InstalledCommand, Outcome } from './support/command.ts';

/** Says how two rasters differ, by NumPy, of what rasterio reads. */
const judge = `
import json, sys, numpy as np, rasterio
a, b = (rasterio.open(path).read(masked=True) for path in sys.argv[1:])
x, y = np.ma.getmaskarray(a), np.ma.getmaskarray(b)
both = ~x & ~y
d = np.abs(a.data[both].astype('float64') - b.data[both]); d = d[d > 0]; alone = int((x != y).sum())
print(json.dumps(dict(pixels=int(a.size), different_pixels=int(d.size) + alone, in_one_alone=alone,
    largest=float(d.max()) if d.size else 0, mean=float(d.mean()) if d.size else 0)))
`;
const rasterio = await pythonEnvironment(['rasterio']);

let folder: Awaited<ReturnType<typeof testFolder>>;
let first: RunningPlatform;
let second: RunningPlatform;
let cli: InstalledCommand;

beforeAll(async () => {
  folder = await testFolder();
  for (const version of [1, 2]) await writeRaiseService(join(folder.path, `version-${version}`), version);
  first = await start('first', 1);
  second = await start('second', 1);
  cli = await installCommand({ FUSION_EMAIL: email, FUSION_PASSWORD: password });
  await writeFile(join(cli.folder, 'square.geojson'), JSON.stringify(square));
  const moved = JSON.stringify(square).replace('FeatureCollection', 'FeatureCollection","name":"Moved');
  await writeFile(join(cli.folder, 'moved.geojson'), moved);
  await receiptOf('base', 'square.geojson', 'above=500');
});
afterAll(async () => {
  await Promise.all([first?.stop(), second?.stop()]);
  await Promise.all([folder?.remove(), cli?.remove()]);
});

async function start(name: string, version: number): Promise<RunningPlatform> {
  const place = join(folder.path, name);
  return await startPlatform(place, {
    FUSION_SERVICES: join(folder.path, `version-${version}`),
    FUSION_STOP_DELAY_SECONDS: '0',
  });
}

const on = (platform: RunningPlatform) => ({ env: { FUSION_URL: platform.url } });

async function working(args: readonly string[], platform = first): Promise<Outcome> {
  const ended = await cli.run(args, on(platform));
  if (ended.code !== 0)
    throw new Error(`${args.join(' ')} ended with ${String(ended.code)}: ${ended.stderr}`);
  return ended;
}

/** Runs the service and keeps the receipt, and the output for the judge. */
async function receiptOf(name: string, input: string, option: string): Promise<void> {
  await working(['start', 'Raise', '-l', input, '-p', option, '--name', name, '--watch']);
  await keep(name, first);
}

async function keep(name: string, platform: RunningPlatform): Promise<void> {
  await working(['receipt', name, '--to', `${name}.receipt`], platform);
  await working(['download', name, '--to', `${name}-files`], platform);
}

interface Diff {
  readonly same: boolean;
  readonly differences: readonly {
    readonly kind: string;
    readonly where: string;
    readonly a: string;
    readonly b: string;
  }[];
  readonly outputs: readonly Record<string, unknown>[];
}

async function diff(a: string, b: string): Promise<Diff & { readonly text: string }> {
  const args = ['receipt', 'diff', `${a}.receipt`, `${b}.receipt`];
  const json = await cli.run([...args, '--json']);
  const found = JSON.parse(json.stdout) as Diff;
  expect(json.code).toBe(found.same ? 0 : 3);
  return { ...found, text: (await cli.run(args)).stdout };
}

async function rasterOf(name: string): Promise<string> {
  const found = await readdir(join(cli.folder, `${name}-files`), { recursive: true });
  return join(
    cli.folder,
    `${name}-files`,
    found.find((path) => path.endsWith('.tif'))!,
  );
}

/** What NumPy says of the outputs of both runs; nothing where it cannot be asked. */
async function judged(a: string, b: string): Promise<Record<string, unknown>> {
  if (rasterio.python === undefined) return {};
  const paths = [await rasterOf(a), await rasterOf(b)];
  const { stdout } = await promisify(execFile)(rasterio.python, ['-c', judge, ...paths]);
  const told = JSON.parse(stdout) as { readonly mean: number };
  return { ...told, mean: expect.closeTo(told.mean, 9) as unknown };
}

const because = rasterio.missing === undefined ? '' : ` (not held against NumPy: ${rasterio.missing})`;

describe(`receipts of two runs${because}`, () => {
  test('of the same differ in nothing', async () => {
    await receiptOf('same', 'square.geojson', 'above=500');
    expect(await diff('base', 'same')).toMatchObject({ same: true, text: 'Nothing differs\n' });
  });

  test('with another option differ in it, and in so many pixels by so much', async () => {
    await receiptOf('option', 'square.geojson', 'above=900');
    const { differences, outputs, text } = await diff('base', 'option');
    expect(differences).toEqual([{ kind: 'option', where: '0 Raise, above', a: '500', b: '900' }]);
    // 500 < i ≤ 900 of the pixels 0 to 1199, but for every hundredth, which has no value: each by i / 1000.
    expect(outputs).toEqual([
      expect.objectContaining({
        pixels: 1200,
        different_pixels: 396,
        in_one_alone: 0,
        largest: expect.closeTo(0.899, 3) as unknown,
      }),
    ]);
    expect(outputs[0]).toMatchObject(await judged('base', 'option'));
    expect(text).toMatch(/396 of 1,200 pixels differ \(33\.0 %\), by 0\.89\d* at most, 0\.7\d* on average/);
  });

  test('with another input differ in it alone, where what came out is the same', async () => {
    await receiptOf('input', 'moved.geojson', 'above=500');
    const { differences, outputs, text } = await diff('base', 'input');
    expect(differences).toEqual([
      {
        kind: 'input',
        where: '0 Raise, input 1',
        a: expect.stringMatching(/^square\.geojson [\da-f]{64}$/) as unknown,
        b: expect.stringMatching(/^moved\.geojson [\da-f]{64}$/) as unknown,
      },
    ]);
    expect(outputs).toEqual([]);
    // People are told the beginning of a checksum, scripts all of it.
    expect(text).toMatch(
      /^input {2}0 Raise, input 1: square\.geojson [\da-f]{12} → moved\.geojson [\da-f]{12}$/m,
    );
  });

  test('are run again on another platform: the same of the same version', async () => {
    const { stderr } = await working(
      ['receipt', 'rerun', 'base.receipt', '--name', 'there', '--watch'],
      second,
    );
    expect(stderr).not.toContain('warning');
    await keep('there', second);
    expect(await diff('base', 'there')).toMatchObject({ same: true });
  });

  test('of a platform with another version differ in it, and in pixels that have a value in one alone', async () => {
    await second.stop();
    second = await start('second', 2);
    const { stderr } = await working(
      ['receipt', 'rerun', 'base.receipt', '--name', 'newer', '--watch'],
      second,
    );
    expect(stderr).toContain('Raise ran in version 1; the platform has version 2');
    await keep('newer', second);
    const { differences, outputs } = await diff('base', 'newer');
    expect(differences).toEqual([{ kind: 'version', where: '0 Raise', a: '1', b: '2' }]);
    expect(outputs).toEqual([expect.objectContaining({ pixels: 1200, in_one_alone: 24 })]);
    expect(outputs[0]).toMatchObject(await judged('base', 'newer'));
  });
});
