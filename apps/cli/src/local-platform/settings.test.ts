import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeEach, expect, test } from 'vitest';

import { restoredSettings } from './settings.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fusion-settings-'));
  return async () => await rm(folder, { recursive: true });
});

const write = async (settings: unknown): Promise<void> =>
  await writeFile(join(folder, 'settings.json'), JSON.stringify(settings), { mode: 0o600 });

test('the settings of a restored platform are taken, and there need be none', async () => {
  expect(await restoredSettings(folder)).toEqual({});
  await write({ FUSION_SLOTS: '3', FUSION_S2_STAC_URL: 'https://example.com' });
  expect(await restoredSettings(folder)).toEqual({
    FUSION_SLOTS: '3',
    FUSION_S2_STAC_URL: 'https://example.com',
  });
});

test.each(['NODE_OPTIONS', 'LD_PRELOAD', 'PATH', 'XFUSION_SLOTS'])(
  'what is no setting of a platform does not become part of its environment: %s',
  async (name) => {
    await write({ [name]: 'x' });
    await expect(restoredSettings(folder)).rejects.toThrow(`holds "${name}", which is no setting`);
  },
);

test.skipIf(process.platform === 'win32')(
  'a file that others can write is not believed (needs POSIX)',
  async () => {
    await write({ FUSION_SLOTS: '3' });
    await chmod(join(folder, 'settings.json'), 0o666);
    await expect(restoredSettings(folder)).rejects.toThrow('can be written by others than you');
  },
);
