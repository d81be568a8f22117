import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { square } from '../support/flow.ts';
import { email, password, testFolder } from '../support/platform.ts';
import { installCommand } from './support/command.ts';
import type { InstalledCommand } from './support/command.ts';
import { startUp, upSettings } from './support/up.ts';
import type { Up } from './support/up.ts';

/** What ran is taken over once the lease of the platform that is no more has passed: that takes a minute. */
const long = Boolean(process.env['FUSION_TEST_LONG']);

let folder: Awaited<ReturnType<typeof testFolder>>;
let cli: InstalledCommand;
let platform: Up | undefined;

beforeAll(async () => {
  folder = await testFolder();
  cli = await installCommand(upSettings);
  await writeFile(join(cli.folder, 'square.geojson'), JSON.stringify(square));
});
afterAll(async () => {
  await platform?.end('SIGINT');
  await Promise.all([folder?.remove(), cli?.remove()]);
});

const as = (url: string, who = email, secret = password) => ({
  FUSION_URL: url,
  FUSION_EMAIL: who,
  FUSION_PASSWORD: secret,
});

interface Listed {
  readonly name: string;
  readonly state: string | null;
}

/** All that a user sees of a platform: processes, data, credits, logs, and the bytes of what was made. */
async function everything(url: string, to: string): Promise<Record<string, unknown>> {
  const env = as(url);
  const json = async (...args: string[]) => await cli.json<unknown>(args, { env });
  const { stdout: log } = await cli.run(['logs', 'Chatty', '--csv'], { env });
  await cli.run(['download', 'Copied', '--to', to], { env });
  const files = (await readdir(to, { recursive: true, withFileTypes: true })).filter((one) => one.isFile());
  const bytes = await Promise.all(
    files.map(async ({ parentPath, name }) => [name, await readFile(join(parentPath, name), 'base64')]),
  );
  const [processes, data, why] = [await json('list'), await json('data', 'ls'), await json('why', 'Copied')];
  const settled = (processes as Listed[]).filter(({ name }) => name !== 'Sleepy');
  return { settled, data, why, log, files: Object.fromEntries(bytes) as unknown };
}

test(`a platform is backed up while it runs, and restored elsewhere as it was${long ? '' : ' (that what ran is tried again: FUSION_TEST_LONG=1)'}`, async () => {
  platform = await startUp(cli, join(folder.path, 'first'));
  const env = as(platform.url);
  const start = async (...args: string[]) => {
    const { code, stderr } = await cli.run(['start', ...args], { env });
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('error')]);
  };
  await start('Copy', '-l', 'square.geojson', '--name', 'Copied', '--watch');
  await start('Chatty', '-l', 'Copied 1', '--name', 'Chatty', '-p', 'records=2000', '--watch');
  const user = ['--email', 'ada@example.com', '--organisation', 'My organisation', '--password-stdin'];
  const { data } = platform;
  await cli.run(['admin', 'add-user', ...user, '--data', data], { input: `${password}\n` });
  await start('Sleepy', '-l', 'Copied 1', '--name', 'Sleepy', '-p', 'seconds=90');
  const state = async () =>
    (await cli.json<Listed[]>(['list'], { env: as(platform!.url) })).find(({ name }) => name === 'Sleepy')
      ?.state;
  await expect.poll(state).toBe('running');

  const archive = join(folder.path, 'whole.tar');
  const { path, size } = await cli.json<{ path: string; size: number }>(['backup', archive, '--data', data]);
  expect([path, size]).toEqual([archive, (await stat(archive)).size]);
  expect((await stat(archive)).mode & 0o777).toBe(0o600);
  // What was laid aside goes once it has been sent.
  const aside = async () => (await readdir(data)).filter((name) => name.startsWith('backup-'));
  await expect.poll(aside).toEqual([]);
  const before = await everything(platform.url, join(folder.path, 'files-before'));
  expect(before['log']).toMatch(/(.*\r\n){2000}/);
  await platform.end('SIGINT');
  platform = undefined;

  const again = join(folder.path, 'second');
  const restored = await cli.run(['restore', archive, '--data', again]);
  expect([restored.code, restored.stdout, restored.stderr]).toEqual([
    0,
    expect.stringContaining(`${again}: `),
    expect.stringContaining(`fusion-platform up --data '${again}'`),
  ]);
  expect((await cli.run(['restore', archive, '--data', again])).code).toBe(4);
  platform = await startUp(cli, again);
  // What ran when the copy was made runs again, from its beginning.
  await expect.poll(state).toBe('running');
  expect(await everything(platform.url, join(folder.path, 'files-after'))).toEqual(before);
  const ada = as(platform.url, 'ada@example.com');
  expect(await cli.json(['whoami'], { env: ada })).toMatchObject({ user: { email: 'ada@example.com' } });
  if (!long) return;
  await cli.run(['watch', 'Sleepy'], { env: as(platform.url) });
  expect(await state()).toBe('succeeded');
});

test('a backup of a platform that does not run is the same, and one that is there is kept', async () => {
  const archive = join(folder.path, 'stopped.tar');
  const data = join(folder.path, 'first');
  expect((await cli.run(['backup', archive, '--data', data, '--quiet'])).stdout).toBe(`${archive}\n`);
  const twice = await cli.run(['backup', archive, '--data', data]);
  expect([twice.code, twice.stderr]).toEqual([4, expect.stringContaining('is there already')]);
  const none = await cli.run([
    'backup',
    join(folder.path, 'none.tar'),
    '--data',
    join(folder.path, 'nowhere'),
  ]);
  expect([none.code, none.stderr]).toEqual([5, expect.stringContaining('There is no platform in')]);
});
