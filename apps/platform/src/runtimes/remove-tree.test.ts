import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { removeTree } from './remove-tree.ts';

test('folders that are nested beyond the length of a path are removed too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fusion-deep-'));
  const before = process.cwd();
  try {
    process.chdir(folder);
    for (let depth = 0; depth < 40; depth += 1) {
      mkdirSync('x'.repeat(200));
      process.chdir('x'.repeat(200));
    }
    writeFileSync('file', '');
  } finally {
    process.chdir(before);
  }
  await removeTree(folder);
  expect(existsSync(folder)).toBe(false);
  await removeTree(folder);
});
