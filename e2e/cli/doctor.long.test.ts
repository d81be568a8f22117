import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { closedPort } from '../support/closed-port.ts';
import { email, password, root, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';
import { installCommand } from './support/command.ts';
import type { InstalledCommand } from './support/command.ts';
import { inTerminal, ptyMissing } from './support/terminal.ts';

const missing = await ptyMissing();
let folder: Awaited<ReturnType<typeof testFolder>>;
let platform: RunningPlatform;
let cli: InstalledCommand;

beforeAll(async () => {
  folder = await testFolder();
  platform = await startPlatform(folder.path);
  cli = await installCommand({ FUSION_URL: platform.url });
});
afterAll(async () => {
  await platform?.stop();
  await Promise.all([folder?.remove(), cli?.remove()]);
});

interface Finding {
  readonly check: string;
  readonly state: string;
  readonly message: string;
  readonly next: string | null;
}

async function doctor(env: Record<string, string> = {}, args: readonly string[] = []) {
  const { code, stdout } = await cli.run(['doctor', '--json', ...args], { env });
  const findings = JSON.parse(stdout) as Finding[];
  const of = (check: string) => findings.find((one) => one.check === check)!;
  return { code, findings, of, states: ['platform', 'login', 'organisation'].map((name) => of(name).state) };
}

test('a platform that is not there is found, and what depends on it is not guessed', async () => {
  await using closed = await closedPort();
  const url = `http://127.0.0.1:${closed.port}`;
  const { code, of, states } = await doctor({}, ['-y', url]);
  expect([code, states]).toEqual([6, ['wrong', 'skipped', 'skipped']]);
  expect(of('platform').message).toBe(`${url} does not answer (ECONNREFUSED)`);
  expect(of('platform').next).toMatch(/check the address/);
});

test('who is not logged in is told how, and is asked nothing on a terminal', async ({ skip }) => {
  const { code, of, states } = await doctor();
  expect([code, states]).toEqual([4, ['good', 'wrong', 'skipped']]);
  expect(of('login').next).toContain(`fusion-platform login --deployment ${platform.url}`);
  if (missing) skip(missing);
  const terminal = await inTerminal(cli, ['doctor'], { columns: 200 });
  expect(await terminal.ended).toBe(4);
  expect(terminal.text()).toContain('Nobody is logged in');
});

test('all is well with credentials; an organisation that is not there is found', async () => {
  const env = { FUSION_EMAIL: email, FUSION_PASSWORD: password };
  const { code, findings, of } = await doctor(env);
  expect(code).toBe(0);
  expect(findings.filter(({ state }) => state === 'wrong')).toEqual([]);
  expect([of('login').message, of('organisation').message]).toEqual([email, 'My organisation']);
  const wrong = await doctor(env, ['-g', 'Nobody']);
  expect([wrong.code, wrong.of('organisation').state]).toEqual([5, 'wrong']);
});

test('a session that others can read is found, with the command that mends it', async ({ skip }) => {
  if (process.platform === 'win32') skip('Windows has no modes');
  const env = { FUSION_EMAIL: email, FUSION_PASSWORD: password };
  const path = join(cli.folder, '.config', 'sessions.json');
  await cli.run(['whoami'], { env });
  await chmod(path, 0o644);
  const { code, of } = await doctor(env);
  expect([code, of('configuration').next]).toEqual([1, `chmod 600 '${path}'`]);
  const quiet = await cli.run(['doctor', '--quiet'], { env });
  expect(quiet.stdout).toBe('configuration\n');
  await chmod(path, 0o600);
  expect((await doctor(env)).code).toBe(0);
});

test('what is of use but not installed is no fault', async () => {
  const empty = join(cli.folder, 'empty');
  await mkdir(empty);
  const { code, of } = await doctor({ PATH: empty, FUSION_EMAIL: email, FUSION_PASSWORD: password });
  expect([code, of('gdal').state, of('bubblewrap').state]).toEqual([0, 'missing', 'missing']);
});

test('what the settings of a platform here name is reached, and no password of it is told', async () => {
  const here = { FUSION_PLATFORM_HOME: root, FUSION_EMAIL: email, FUSION_PASSWORD: password };
  const { of } = await doctor({ ...here, FUSION_DATA: join(cli.folder, 'data') });
  expect(['platform-here', 'settings', 'database', 'objects'].map((name) => of(name).state)).toEqual(
    Array.from({ length: 4 }, () => 'good'),
  );
  await using free = await closedPort();
  const closed = `127.0.0.1:${free.port}`;
  const {
    code,
    findings,
    of: wrong,
  } = await doctor({
    ...here,
    DATABASE_URL: `postgresql://fusion:secret-word@${closed}/fusion`,
    FUSION_OBJECTS_S3_BUCKET: 'survey',
    FUSION_OBJECTS_S3_ENDPOINT: `http://${closed}`,
    FUSION_OBJECTS_S3_ACCESS_KEY_ID: 'id',
    FUSION_OBJECTS_S3_SECRET_ACCESS_KEY: 'secret-word',
  });
  expect([code, wrong('database').state, wrong('objects').state]).toEqual([1, 'wrong', 'wrong']);
  expect(wrong('database').message).toContain('ECONNREFUSED');
  expect(JSON.stringify(findings)).not.toContain('secret-word');
  const { of: mistaken } = await doctor({ ...here, FUSION_SLOTS: 'many' });
  expect([mistaken('settings').state, mistaken('settings').message]).toEqual([
    'wrong',
    expect.stringContaining('FUSION_SLOTS'),
  ]);
  const { of: mapless } = await doctor({ ...here, FUSION_MAP_TILES: '/nowhere/world.pmtiles' });
  expect([mapless('map-tiles').state, mapless('map-tiles').message]).toEqual([
    'wrong',
    'FUSION_MAP_TILES: /nowhere/world.pmtiles cannot be read (ENOENT)',
  ]);
});

test('a runtime that the settings ask for and that is not there is a fault, else it is only said', async () => {
  const empty = join(cli.folder, 'nothing');
  await mkdir(empty);
  const without = { PATH: empty, FUSION_CONTAINER_SOCKET: join(empty, 'docker.sock') };
  const { of } = await doctor(without);
  expect([of('containers').state, of('slurm').state]).toEqual(['missing', 'missing']);
  for (const [runtime, check] of [
    ['container', 'containers'],
    ['slurm', 'slurm'],
  ] as const) {
    const { of: asked } = await doctor({ ...without, FUSION_RUNTIME: runtime });
    expect([asked(check).state, asked(check).next]).toEqual([
      'wrong',
      expect.stringMatching(/start|install/),
    ]);
  }
});
