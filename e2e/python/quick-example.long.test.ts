import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { startSampleArchive } from '@fusion-platform/sample-archive';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { root, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';
import { pythonClient, runPython } from '../support/python.ts';

const client = await pythonClient();
const { missing } = client;
if (missing && process.env['FUSION_TEST_ALL']) throw new Error(missing);

describe.skipIf(missing)(`the quick example of the public Python client (${missing ?? 'installed'})`, () => {
  let folder: Awaited<ReturnType<typeof testFolder>>;
  let platform: RunningPlatform;
  let archive: Awaited<ReturnType<typeof startSampleArchive>>;

  beforeAll(async () => {
    folder = await testFolder();
    archive = await startSampleArchive({
      folder: join(root, 'node_modules', '.cache', 'sample-archive'),
      collections: ['cop-dem-glo-30'],
    });
    platform = await startPlatform(folder.path, { FUSION_DEM_STAC_URL: archive.stacUrl });
  }, 600_000);

  afterAll(async () => {
    await platform?.stop();
    await archive?.close();
    await folder?.remove();
  });

  test('runs as it is published, with nothing changed but address and password', async () => {
    const at = { folder: folder.path, url: platform.url };
    const printed = await runPython(client, 'example.py', ['quick_example'], at);
    expect(printed).toMatch(/Price: \d/);
    const files = await readdir(join(folder.path, 'component_1'), { recursive: true });
    expect(files).toEqual(expect.arrayContaining([expect.stringMatching(/elevation\.tif$/)]));
    expect(await readFile(join(folder.path, 'platform.log'), 'utf8')).toMatch(/deleteProcess|deleteData/);
  }, 300_000);
});
