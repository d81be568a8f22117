import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { buildSingle } from '../../apps/cli/scripts/build-single.mjs';
import { email, password, root, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';

/** Node brings the part that it is made with on these systems; on macOS the file has to be signed too. */
const missing = process.platform === 'linux' || process.platform === 'win32' ? '' : 'only Linux and Windows';

let folder: Awaited<ReturnType<typeof testFolder>>;
let platform: RunningPlatform;
let command: string;

beforeAll(async () => {
  if (missing) return;
  folder = await testFolder();
  platform = await startPlatform(folder.path);
  command = await buildSingle(join(folder.path, 'fusion-platform'));
});
afterAll(async () => {
  await platform?.stop();
  await folder?.remove();
});

async function run(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, {
    cwd: folder.path,
    // Nothing of Node is found by it.
    env: {
      PATH: folder.path,
      FUSION_CONFIG_DIR: join(folder.path, 'config'),
      FUSION_URL: platform.url,
      FUSION_EMAIL: email,
      FUSION_PASSWORD: password,
    },
  });
  return stdout;
}

test.skipIf(missing !== '')(
  `the command is a single file that needs nothing else${missing ? ` (skipped: ${missing})` : ''}`,
  async () => {
    const { version } = JSON.parse(await readFile(join(root, 'apps/cli/package.json'), 'utf8')) as {
      version: string;
    };
    expect(await run('--version')).toBe(`${version}\n`);
    expect(await run('--help')).toContain('fusion-platform COMMAND [options]');
    expect(JSON.parse(await run('list', '--json'))).toEqual([]);
    expect(await run('whoami', '--json')).toContain(email);
  },
);
