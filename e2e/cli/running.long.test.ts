import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { call } from '../support/api.ts';
import { password, testFolder } from '../support/platform.ts';
import { postgresqlPrograms, startPostgresql } from '../support/postgresql.ts';
import { installCommand } from './support/command.ts';
import type { InstalledCommand } from './support/command.ts';
import { controlC, inTerminal, ptyMissing } from './support/terminal.ts';
import { startUp, upSettings } from './support/up.ts';
import type { Up } from './support/up.ts';

const ptyIsMissing = await ptyMissing();
const programs = await postgresqlPrograms();
let folder: Awaited<ReturnType<typeof testFolder>>;
let cli: InstalledCommand;

beforeAll(async () => {
  folder = await testFolder();
  cli = await installCommand(upSettings);
});
afterAll(async () => await Promise.all([folder?.remove(), cli?.remove()]));

const kinds = [
  { kind: 'the embedded database', server: false, missing: false },
  {
    kind: `a server database${programs ? '' : ' (skipped: PostgreSQL is not installed)'}`,
    server: true,
    missing: programs === undefined,
  },
];

describe.skipIf(process.platform === 'win32').each(kinds)('a platform on $kind', ({ server, missing }) => {
  let database: Awaited<ReturnType<typeof startPostgresql>> | undefined;
  let running: Up | undefined;
  let env: Record<string, string> = {};

  beforeAll(async () => {
    if (missing) return;
    database = server ? await startPostgresql(programs!) : undefined;
    if (database) env = { DATABASE_URL: database.url };
    running = await startUp(cli, join(folder.path, server ? 'server' : 'embedded'), env);
  });
  afterAll(async () => {
    await running?.end('SIGINT');
    await database?.stop();
  });

  test.skipIf(missing)('is administrated while it runs, and what was done counts at once', async () => {
    const { data, url } = running!;
    const admin = async (...args: string[]) =>
      await cli.json<Record<string, unknown>>(['admin', ...args, '--data', data], { env });
    const { id } = await admin('add-organisation', '--name', 'Survey', '--credits', '5');
    const made = await admin('add-user', '--email', 'ada@example.com', '--organisation', String(id));
    expect(made['password']).toMatch(/^\S{12,}$/);
    await admin('add-credits', '--organisation', 'Survey', '--credits', '2.5');
    const ada = {
      FUSION_URL: url,
      FUSION_EMAIL: 'ada@example.com',
      FUSION_PASSWORD: String(made['password']),
    };
    expect(await cli.json(['credits'], { env: ada })).toMatchObject({ any_credits: 7.5 });
    // One of her own, which stays out of the list of processes.
    const bob = ['admin', 'add-user', '--email', 'bob@example.com', '--organisation', 'Survey'];
    const { code } = await cli.run([...bob, '--password-stdin', '--data', data], {
      env,
      input: `${password}\n`,
    });
    expect(code).toBe(0);
    const who = { FUSION_URL: url, FUSION_EMAIL: 'bob@example.com', FUSION_PASSWORD: password };
    expect(await cli.json(['whoami'], { env: who })).toMatchObject({ user: { email: 'bob@example.com' } });
  });

  test.skipIf(missing)('gives a link that logs in once', async () => {
    const link = new URL(running!.sign_in_url);
    expect(link.origin).toBe(running!.url);
    const code = new URLSearchParams(link.hash.slice(1)).get('code');
    const signIn = async () =>
      await call(running!.url, 'POST', '/users/browser_session', {
        body: { User: { code } },
        headers: { origin: link.origin },
      });
    expect((await signIn()).status).toBe(200);
    expect((await signIn()).status).toBe(401);
  });

  test.skipIf(server)('says what is wrong with a command, with an exit code of its kind', async () => {
    const run = async (...args: string[]) =>
      await cli.run(['admin', ...args, '--data', running!.data, '--json'], { env });
    const unknown = await run('add-credits', '--organisation', 'Nobody', '--credits', '1');
    expect([unknown.code, JSON.parse(unknown.stderr)]).toEqual([
      5,
      { error: expect.objectContaining({ message: 'There is no organisation "Nobody"' }) as unknown },
    ]);
    const wrong = await run('add-credits', '--organisation', 'Survey', '--credits', 'many');
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      expect.stringContaining('--credits: \\"many\\" is no amount'),
    ]);
  });

  test.skipIf(server)('is not started twice on one folder', async () => {
    const { data, pid } = running!;
    const before = await readFile(running!.log, 'utf8');
    const { code, stderr } = await cli.run(['up', '--data', data, '--port', '0'], { env });
    expect([code, stderr]).toEqual([1, expect.stringContaining(`process id ${pid} uses the folder ${data}`)]);
    expect(await readFile(running!.log, 'utf8')).toBe(before);
  });

  test.skipIf(missing)('stops on Ctrl-C, and can be administrated then too', async () => {
    const up = running!;
    const { data, log } = up;
    running = undefined;
    const { code, stderr } = await up.end('SIGINT');
    expect([code, stderr]).toEqual([0, expect.stringContaining('The platform has stopped')]);
    expect(await readFile(log, 'utf8')).toContain('the platform is ready');
    expect((await stat(log)).mode & 0o777).toBe(0o600);
    const link = await cli.run(['admin', 'sign-in-link', '--data', data, '-q'], { env });
    expect([link.code, link.stdout]).toEqual([0, expect.stringMatching(/^http:.*#code=\S+\n$/)]);
  });
});

test('`up` in a terminal says where everything is, and Ctrl-C ends it', async ({ skip }) => {
  if (ptyIsMissing) skip(ptyIsMissing);
  const data = join(folder.path, 'embedded');
  const terminal = await inTerminal(cli, ['up', '--data', data, '--port', '0'], { columns: 500 });
  const seen = await terminal.until(/Log {7}\S+platform\.log/);
  expect(seen).toMatch(/Address {3}http:\/\/127\.0\.0\.1:\d+\n/);
  expect(seen).toContain(`Data      ${data}\n`);
  terminal.type(controlC);
  expect(await terminal.ended).toBe(0);
});

test('without a platform on the machine it is said where to get one', async () => {
  const { code, stderr } = await cli.run(['up'], { env: { FUSION_PLATFORM_HOME: folder.path } });
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/there is no platform in .*\n {2}→ .*npm install/),
  ]);
});
