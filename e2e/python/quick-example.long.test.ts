import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { pythonClient, runPython } from '../support/python.ts';
import { platformWithArchive } from './with-archive.ts';
import type { PlatformWithArchive } from './with-archive.ts';

const client = await pythonClient();
const { missing } = client;
if (missing && process.env['FUSION_TEST_ALL']) throw new Error(missing);

describe.skipIf(missing)(`the quick example of the public Python client (${missing ?? 'installed'})`, () => {
  let platform: PlatformWithArchive;

  beforeAll(async () => {
    platform = await platformWithArchive('cop-dem-glo-30');
  });
  afterAll(async () => await platform?.close());

  test('runs as it is published, with nothing changed but address and password', async () => {
    const printed = await runPython(client, 'example.py', ['quick_example'], platform);
    expect(printed).toMatch(/Price: \d/);
    const files = await readdir(join(platform.folder, 'component_1'), { recursive: true });
    expect(files).toEqual(expect.arrayContaining([expect.stringMatching(/elevation\.tif$/)]));
    expect(await readFile(join(platform.folder, 'platform.log'), 'utf8')).toMatch(/deleteProcess|deleteData/);
  });
});
