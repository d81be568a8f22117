import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { root, testFolder } from '../support/platform.ts';

const run = promisify(execFile);
let folder: Awaited<ReturnType<typeof testFolder>>;

beforeAll(async () => {
  folder = await testFolder();
  await mkdir(join(folder.path, 'empty'));
});
afterAll(async () => await folder.remove());

/** What a platform that cannot start says. */
async function startWith(data: string, settings: Record<string, string>): Promise<string> {
  const main = join(root, 'apps/platform/src/main.ts');
  const started = run(process.execPath, ['--conditions=fusion-source', main], {
    cwd: root,
    env: {
      PATH: process.env['PATH'] ?? '',
      // Of its own: what supervises components may outlive a refused start for a while, with the sandbox that it found.
      FUSION_DATA: join(folder.path, data),
      FUSION_PORT: '0',
      FUSION_LOG_LEVEL: 'silent',
      ...settings,
    },
    timeout: 500_000,
  });
  return await started.then(
    () => 'it started',
    (error: { stderr: string }) => error.stderr,
  );
}

test.each([
  ['several wrong settings', { FUSION_PORT: 'x', FUSION_SLOTS: '0' }, /FUSION_PORT: [\s\S]*FUSION_SLOTS: /],
  ['a weak password', { FUSION_ADMIN_PASSWORD: 'short' }, /FUSION_ADMIN_PASSWORD: .*at least 8 characters/],
  ['no services', { FUSION_SERVICES: '/nowhere' }, /FUSION_SERVICES: there is no folder \/nowhere/],
  [
    'a database that does not answer',
    { DATABASE_URL: 'postgresql://user:pass-word@127.0.0.1:1/fusion' },
    /DATABASE_URL: the server cannot be used: .*ECONNREFUSED/,
  ],
  [
    'no sandbox where one is required',
    { FUSION_SANDBOX: 'always', PATH: '/nowhere' },
    /FUSION_SANDBOX: .*there is none/,
  ],
])('a platform with %s does not start, and says what to mend', async (data, settings, reason) => {
  const said = await startWith(data, settings);
  expect(said).toMatch(reason);
  expect(said).not.toMatch(/pass-word|\n {4}at /);
});
