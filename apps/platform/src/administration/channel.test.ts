import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CallError } from '@fusion-platform/contract';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { askPlatform } from './ask.ts';
import type { ChannelAddress } from './channel-file.ts';
import { openChannel } from './channel.ts';
import type { Command } from './command.ts';
import { AdministrationError, UsageError } from './errors.ts';

let folder: string;
let close: () => Promise<void>;
let asked: Command[];
let failures: unknown[];

async function open(place: string): Promise<void> {
  await mkdir(place, { recursive: true, mode: 0o700 });
  close = await openChannel(place, {
    perform: async (command) => {
      await Promise.resolve();
      asked.push(command);
      if (command.name === 'add-credits') throw new CallError('not_found', 'There is no such organisation');
      if (command.name === 'add-organisation') throw new Error('a secret of the inside');
      return { text: 'done', json: { of: command.name }, ids: ['1'] };
    },
    backup: async () => await Promise.reject(new AdministrationError('not now')),
    failed: (error) => failures.push(error),
  });
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fusion-channel-'));
  [asked, failures] = [[], []];
  await open(folder);
});
afterEach(async () => {
  await close();
  await rm(folder, { recursive: true });
});

const addressIn = async (place: string): Promise<ChannelAddress> =>
  JSON.parse(await readFile(join(place, 'admin.json'), 'utf8')) as ChannelAddress;

test('answers the owner of the folder, with what failed as what it was', async () => {
  expect(await askPlatform(folder, ['sign-in-link'])).toEqual({
    text: 'done',
    json: { of: 'sign-in-link' },
    ids: ['1'],
  });
  const credits = ['add-credits', '--organisation', 'a', '--credits', '1'];
  await expect(askPlatform(folder, credits)).rejects.toMatchObject({
    kind: 'not_found',
    message: 'There is no such organisation',
  });
  await expect(askPlatform(folder, ['add-user'])).rejects.toBeInstanceOf(UsageError);
  expect(failures).toEqual([]);
});

test('keeps what nobody expected to itself and its log', async () => {
  const asking = askPlatform(folder, ['add-organisation', '--name', 'a']);
  await expect(asking).rejects.toMatchObject({
    kind: 'fault',
    message: expect.not.stringContaining('secret') as string,
  });
  expect(failures).toMatchObject([{ message: 'a secret of the inside' }]);
});

test('does nothing for who does not know the secret', async () => {
  const address = await addressIn(folder);
  await writeFile(join(folder, 'admin.json'), JSON.stringify({ ...address, secret: 'guessed' }));
  await expect(askPlatform(folder, ['sign-in-link'])).rejects.toMatchObject({ kind: 'refused' });
  expect(asked).toEqual([]);
});

test.skipIf(process.platform === 'win32')(
  'is for the owner alone, and is not asked where others could have put it (skipped on Windows)',
  async () => {
    const { socket } = await addressIn(folder);
    for (const path of [socket, join(folder, 'admin.json')]) expect((await stat(path)).mode & 0o077).toBe(0);
    for (const [path, mode] of [
      [join(folder, 'admin.json'), 0o644],
      [folder, 0o755],
    ] as const) {
      await chmod(path, mode);
      await expect(askPlatform(folder, ['sign-in-link'])).rejects.toThrow(/does not belong to you alone/);
      await chmod(path, mode === 0o755 ? 0o700 : 0o600);
    }
    expect(asked).toEqual([]);
  },
);

test('works in a folder whose path is too long for a socket, and leaves nothing behind', async () => {
  await close();
  const deep = join(folder, 'a'.repeat(60), 'b'.repeat(60));
  await open(deep);
  expect(await askPlatform(deep, ['sign-in-link'])).toMatchObject({ text: 'done' });
  const { socket } = await addressIn(deep);
  await close();
  await expect(stat(join(deep, 'admin.json'))).rejects.toThrow(/ENOENT/);
  await expect(stat(socket)).rejects.toThrow(/ENOENT/);
  await open(folder);
});

test('takes the place of what a killed platform left', async () => {
  await close();
  await writeFile(join(folder, 'admin.sock'), '');
  await writeFile(
    join(folder, 'admin.json'),
    JSON.stringify({ socket: join(folder, 'admin.sock'), secret: 'x' }),
    {
      mode: 0o600,
    },
  );
  await open(folder);
  expect(await askPlatform(folder, ['sign-in-link'])).toMatchObject({ text: 'done' });
});

test('refuses a command that is endless', async () => {
  const asking = askPlatform(folder, ['add-user', 'x'.repeat(2_000_000)]);
  await expect(asking).rejects.toSatisfy(
    (error) => error instanceof UsageError || error instanceof AdministrationError,
  );
  expect(asked).toEqual([]);
});
