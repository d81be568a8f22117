import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

test.each(['--help', '-h'])('npm run admin -- %s prints how it is used, and is no error', async (flag) => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [
    '--conditions=fusion-source',
    join(import.meta.dirname, 'admin.ts'),
    flag,
  ]);
  expect(stdout).toMatch(/^Usage[^]* add-organisation --name NAME/);
  expect(stderr).toBe('');
});
