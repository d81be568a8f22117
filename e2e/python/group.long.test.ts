import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { root, startPlatform, testFolder } from '../support/platform.ts';
import { pythonClient, runPython } from '../support/python.ts';

const client = await pythonClient();
const { missing } = client;
if (missing && process.env['FUSION_TEST_ALL']) throw new Error(missing);

describe.skipIf(missing)(`the public Python client (${missing ?? 'installed'})`, () => {
  test('runs a large region as a group, with an aggregate and a dispatcher, changes its expiry, and stops one', async () => {
    const folder = await testFolder();
    const platform = await startPlatform(folder.path, {
      FUSION_SERVICES: join(root, 'e2e/services'),
      FUSION_STOP_DELAY_SECONDS: '15',
    });
    try {
      const at = { folder: folder.path, url: platform.url };
      const printed = await runPython(client, 'group.py', [join(folder.path, 'out')], at);
      const seen = JSON.parse(printed.trim().split('\n').at(-1)!) as Record<string, unknown>;
      expect(seen['counts']).toEqual([3, 1]);
      expect(seen['dispatchers']).toEqual({ available: ['Post'], added: ['Post'] });
      expect(seen['group']).toEqual(
        [0, 1, 2, 3].map((index) => ({ index, count: 4, success: true, progress: 100 })),
      );
      expect(seen['components']).toEqual([...[0, 1, 2].map(() => ['Moody', 'Post']), ['Gather', 'Post']]);
      expect((seen['aggregate'] as string[]).map((line) => line.split(',')[0])).toEqual([
        'slice',
        '0',
        '1',
        '2',
      ]);
      expect(seen['expiries']).toBe(1);
      expect(seen['stopped']).toEqual([[true, false]]);
      expect(seen['left']).toEqual({ processes: 0, data: 0 });
    } finally {
      await platform.stop();
      await folder.remove();
    }
  });
});
