import { execFileSync } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { logIn } from '../support/api.ts';
import { flow, square } from '../support/flow.ts';
import type { Flow } from '../support/flow.ts';
import { email, password, root, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';

const folder = await testFolder();
const objects = join(folder.path, 'platform', 'objects');
await mkdir(objects, { recursive: true });
const missing = mountSmall(objects);
if (missing && process.env['FUSION_TEST_ALL']) throw new Error(missing);

/** Puts a file system of 4 MB there; says why where it may not. */
function mountSmall(path: string): string | undefined {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', path], { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    return `a small file system cannot be mounted here: ${(error as Error).message.split('\n')[0]}`;
  }
}

describe.skipIf(missing)(`a disk that is full (${missing ?? '4 MB'})`, () => {
  let platform: RunningPlatform;
  let steps: Flow;

  beforeAll(async () => {
    platform = await startPlatform(folder.path, { FUSION_SERVICES: join(root, 'e2e/services') });
    steps = flow(platform.url, await logIn(platform.url, email, password));
  });

  afterAll(async () => {
    await platform?.stop();
    execFileSync('umount', ['--lazy', objects]);
    await folder.remove();
  });

  test('during an upload is said plainly, leaves nothing half-written, and the platform carries on', async () => {
    const upload = steps.upload(new Uint8Array(8 * 1024 * 1024), { name: 'large.bin', fileType: 'Other' });
    await expect(upload).rejects.toThrow(/507.*disk.*full/);
    const left = await readdir(objects, { recursive: true, withFileTypes: true });
    expect(left.filter((entry) => entry.isFile()).map(({ name }) => name)).toEqual([]);
    const { file } = await steps.upload(JSON.stringify(square));
    expect(file).toMatchObject({ publishable: true });
  });
});
