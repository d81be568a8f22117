import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { root } from '../support/platform.ts';

/** Builds the dashboard if it is not up to date. */
export async function buildForTests(): Promise<void> {
  await promisify(execFile)(process.execPath, [join(root, 'apps/dashboard/scripts/build.mjs')], {
    cwd: root,
  });
}
