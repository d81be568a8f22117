import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { email, password, root, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';
import { installCommand } from './support/command.ts';
import type { InstalledCommand } from './support/command.ts';

/** Of each kind; all fifty with FUSION_TEST_LONG=1. */
const interruptions = process.env['FUSION_TEST_LONG'] ? 50 : 3;
const size = 24 * 1024 * 1024;
/** In the names of the tests: what failed is tried again with the same moments by FUSION_TEST_SEED. */
const seed = process.env['FUSION_TEST_SEED'] ?? String(Date.now());

let folder: Awaited<ReturnType<typeof testFolder>>;
let platform: RunningPlatform;
let cli: InstalledCommand;
let bytes: Buffer;

beforeAll(async () => {
  folder = await testFolder();
  platform = await startPlatform(folder.path, { FUSION_SERVICES: join(root, 'e2e/services') });
  cli = await installCommand({ FUSION_URL: platform.url, FUSION_EMAIL: email, FUSION_PASSWORD: password });
  bytes = randomBytes(size);
  await writeFile(join(cli.folder, 'large.bin'), bytes);
  await cli.json(['data', 'upload', 'large.bin', '--name', 'Large']);
});
afterAll(async () => {
  await platform?.stop();
  await Promise.all([folder?.remove(), cli?.remove()]);
});

/** A share of the time that the whole takes, from 0 to 1. */
const momentOf = (kind: string, turn: number): number =>
  createHash('sha256').update(`${seed} ${kind} ${turn}`).digest().readUInt32BE() / 2 ** 32;

/** Runs a command and sends it a signal after so many milliseconds. */
async function interrupted(args: readonly string[], afterMs: number): Promise<number | null> {
  const running = cli.run(args, {
    started: (kill) => void setTimeout(() => kill('SIGINT'), afterMs),
  });
  return (await running).code;
}

const sum = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');

test(
  `a download that is interrupted ${interruptions} times at random moments is whole in the end (seed ${seed})`,
  async () => {
    const args = ['data', 'download', 'Large', '--to', 'down'];
    const began = Date.now();
    expect((await cli.run(args)).code).toBe(0);
    const wholeMs = Date.now() - began;
    for (let turn = 0; turn < interruptions; turn += 1) {
      await rm(join(cli.folder, 'down'), { recursive: true, force: true });
      const code = await interrupted(args, momentOf('download', turn) * wholeMs);
      expect([0, 130, null]).toContain(code);
      // Nothing half has the name of the whole.
      const there = await stat(join(cli.folder, 'down/large.bin')).catch(() => undefined);
      expect([undefined, size]).toContain(there?.size);
      expect((await cli.run(args)).code).toBe(0);
      expect(sum(await readFile(join(cli.folder, 'down/large.bin')))).toBe(sum(bytes));
      expect(await readdir(join(cli.folder, 'down'))).toEqual(['large.bin']);
    }
  },
  interruptions * 60_000,
);

test(
  `an upload that is interrupted ${interruptions} times at random moments leaves nothing half (seed ${seed})`,
  async () => {
    const began = Date.now();
    await cli.json(['data', 'upload', 'large.bin', '--name', 'Measured']);
    const wholeMs = Date.now() - began;
    for (let turn = 0; turn < interruptions; turn += 1) {
      const name = `Turn ${turn}`;
      const upload = ['data', 'upload', 'large.bin', '--name', name];
      const code = await interrupted(upload, momentOf('upload', turn) * wholeMs);
      const left = await cli.json<{ name: string }[]>(['data', 'ls', '--search', name]);
      expect([code, left.length]).toEqual(code === 0 ? [0, 1] : [code, 0]);
      const [made] = await cli.json<{ id: string }[]>(['data', 'upload', 'large.bin', '--name', name]);
      const to = `up-${turn}`;
      expect((await cli.run(['data', 'download', made!.id, '--to', to])).code).toBe(0);
      expect(sum(await readFile(join(cli.folder, to, 'large.bin')))).toBe(sum(bytes));
      await cli.run(['data', 'rm', made!.id, '--yes']);
      const unfinished = join(folder.path, 'platform', 'objects', '.unfinished');
      await expect.poll(async () => await readdir(unfinished)).toEqual([]);
    }
  },
  interruptions * 120_000,
);

test(
  'a signal after a command has answered changes nothing of how it ends',
  async () => {
    await writeFile(join(cli.folder, 'small.bin'), randomBytes(1024));
    for (let turn = 0; turn < 20; turn += 1) {
      const { code, stdout } = await cli.run(
        ['data', 'upload', 'small.bin', '--name', `Late ${turn}`, '--json'],
        {
          answered: (kill) => void setTimeout(() => kill('SIGINT'), turn % 10),
        },
      );
      expect([turn, code]).toEqual([turn, 0]);
      expect(JSON.parse(stdout)).toMatchObject([{ name: `Late ${turn}` }]);
    }
  },
  20 * 30_000,
);
