import { realpathSync } from 'node:fs';

import { expect, test } from 'vitest';

import { sandboxArguments } from './sandbox.ts';

test('nothing that a component needs is hidden by its /tmp, wherever the repository lies', () => {
  const folders = { folder: '/tmp/data/attempt', temporary: '/tmp/data/tmp', readOnly: ['/tmp/repository'] };
  const all = sandboxArguments({ program: 'bwrap', systemArguments: [] }, folders, false);
  const shown = (path: string): number => all.lastIndexOf(path);
  const node = realpathSync(process.execPath);
  const needed = ['/tmp/repository', '/tmp/data/attempt', ...(node.startsWith('/usr/') ? [] : [node])];
  for (const path of needed) expect(shown(path)).toBeGreaterThan(all.indexOf('/tmp'));
});
