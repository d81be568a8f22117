import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { email, password, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';
import { installCommand } from './support/command.ts';
import type { InstalledCommand } from './support/command.ts';
import { controlC, enter, inTerminal, ptyMissing } from './support/terminal.ts';

let folder: Awaited<ReturnType<typeof testFolder>>;
let platform: RunningPlatform;
let cli: InstalledCommand;
const missing = await ptyMissing();

beforeAll(async () => {
  folder = await testFolder();
  [platform, cli] = await Promise.all([startPlatform(folder.path), installCommand()]);
});
afterAll(async () => {
  await platform?.stop();
  await Promise.all([folder?.remove(), cli?.remove()]);
});

/** Everything below the configuration folder. */
async function kept(): Promise<string> {
  const where = join(cli.folder, '.config');
  const names = await readdir(where).catch(() => []);
  return (await Promise.all(names.map(async (name) => await readFile(join(where, name), 'utf8')))).join('\n');
}

describe('without a terminal', () => {
  test('help tells of every command, exit code and first step, on standard output', async () => {
    const { code, stdout, stderr } = await cli.run(['--help']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/login .*\n/);
    expect(stdout).toMatch(/130 {2}interrupted/);
    expect((await cli.run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const nothing = await cli.run([]);
    expect([nothing.code, nothing.stdout, nothing.stderr]).toEqual([2, '', stdout]);
    const ofOne = await cli.run(['help', 'data', 'ls']);
    expect([ofOne.code, ofOne.stdout]).toEqual([0, expect.stringContaining('data ls [options]')]);
    expect(ofOne.stdout).toBe((await cli.run(['data', 'ls', '--help'])).stdout);
  });

  test('bad usage ends with 2, says what is wrong and the next command, and prints nothing as data', async () => {
    for (const args of [['nonsense'], ['list', '--nonsense'], ['list', '--profile', 'nobody']]) {
      const { code, stdout, stderr } = await cli.run(args);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/^error: .*\n(.*\n)? {2}→ fusion-platform /);
    }
  });

  test('nobody is asked for anything', async () => {
    const { code, stderr } = await cli.run(['list', '-y', platform.url]);
    expect(code).toBe(4);
    expect(stderr).toContain(`fusion-platform login --deployment ${platform.url}`);
  });

  test('a platform that is not there is a matter of the network', async () => {
    const env = { FUSION_EMAIL: email, FUSION_PASSWORD: password };
    const { code, stderr } = await cli.run(['list', '-y', 'http://127.0.0.1:9'], { env });
    expect(code).toBe(6);
    expect(stderr).toMatch(/^error: The platform cannot be reached/);
  });

  test('a wrong password is refused, and an error can be had as JSON', async () => {
    const env = { FUSION_PASSWORD: 'Wrong-2026' };
    const { code, stderr } = await cli.run(['login', '-y', platform.url, '-e', email, '--json'], { env });
    expect(code).toBe(4);
    expect(JSON.parse(stderr)).toEqual({
      error: {
        code: 'unauthorised',
        message: 'Incorrect username or password',
        next: 'fusion-platform login',
        exit_code: 4,
      },
    });
  });

  test('login keeps a session but no password, in files of its owner alone', async () => {
    const args = ['login', '-y', platform.url, '-e', email, '--password-stdin'];
    const { code, stdout } = await cli.run(args, { input: `${password}\n` });
    expect(code).toBe(0);
    expect(stdout).toContain(`${email} (`);
    const all = await kept();
    expect(all).toContain('accessToken');
    expect(all).not.toContain(password);
    for (const name of await readdir(join(cli.folder, '.config'))) {
      expect((await stat(join(cli.folder, '.config', name))).mode & 0o077).toBe(0);
    }
    expect((await stat(join(cli.folder, '.config'))).mode & 0o077).toBe(0);
  });

  test('what follows uses the session, for people, scripts and pipes', async () => {
    const who = await cli.json<{ user: { id: string; email: string }; url: string }>(['whoami']);
    expect(who).toMatchObject({ user: { email }, url: platform.url, profile: 'default' });
    expect((await cli.run(['whoami', '--quiet'])).stdout).toBe(`${who.user.id}\n`);
    const listed = await cli.run(['list']);
    expect([listed.code, listed.stdout]).toEqual([0, '']);
    expect(await cli.json(['list'])).toEqual([]);
  });

  test('debug shows requests without their secrets, on standard error', async () => {
    const { stdout, stderr } = await cli.run(['list', '--json', '--debug']);
    expect(JSON.parse(stdout)).toEqual([]);
    expect(stderr).toMatch(/GET \/organisations\/[\w-]+\/processes/);
    expect(stderr).not.toMatch(/eyJ/);
  });

  test('logout forgets', async () => {
    expect(await cli.json(['logout'])).toEqual({ url: platform.url, logged_out: true });
    expect((await cli.run(['list'])).code).toBe(4);
    expect(await kept()).not.toContain('"accessToken"');
  });

  test('a session that has expired is told from none', async () => {
    const args = ['login', '-y', platform.url, '-e', email, '--password-stdin'];
    await cli.run(args, { input: `${password}\n` });
    const path = join(cli.folder, '.config/sessions.json');
    await writeFile(
      path,
      (await readFile(path, 'utf8')).replace(/"accessToken": "[^"]+/, '"accessToken": "old'),
    );
    const { code, stderr } = await cli.run(['list']);
    expect([code, stderr]).toEqual([
      4,
      expect.stringMatching(/^error: The session has expired: .*\n {2}→ fusion-platform login /),
    ]);
  });
});

describe('in a terminal', () => {
  test('login asks, shows nothing of the password, and list follows in colours', async ({ skip }) => {
    if (missing) skip(missing);
    const login = await inTerminal(cli, ['login', '-y', platform.url]);
    await login.until(/E-mail address/);
    login.type(email + enter);
    await login.until(/Password of analyst@example\.com/);
    login.type(password + enter);
    expect(await login.ended).toBe(0);
    expect(login.text()).toContain('My organisation');
    expect(login.raw()).not.toContain(password);
    const who = await inTerminal(cli, ['whoami']);
    expect(await who.ended).toBe(0);
    expect(who.raw()).toContain('\u001B[1m');
    const plain = await inTerminal(cli, ['whoami'], { env: { NO_COLOR: '1' } });
    await plain.ended;
    expect(plain.raw()).not.toContain('\u001B[1m');
  });

  test('Ctrl-C at a question ends with 130 and leaves nothing', async ({ skip }) => {
    if (missing) skip(missing);
    const before = await kept();
    const login = await inTerminal(cli, ['login', '-y', platform.url]);
    await login.until(/E-mail address/);
    login.type(controlC);
    expect(await login.ended).toBe(130);
    expect(await kept()).toBe(before);
  });
});
