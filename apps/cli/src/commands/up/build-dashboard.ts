import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { Cli } from '../../command/index.ts';
import type { PlatformPackage } from '../../platform-package.ts';

/** A clone of the repository has only the sources of the page that the platform serves. Without it the API works as well. */
export async function buildDashboard(
  { out, signal }: Pick<Cli, 'out' | 'signal'>,
  { folder, fromSources, node }: PlatformPackage,
): Promise<void> {
  const dashboard = join(folder, '..', 'dashboard');
  const script = join(dashboard, 'scripts', 'build.mjs');
  if (!fromSources || !existsSync(script) || existsSync(join(dashboard, 'dist', 'index.html'))) return;
  out.note('Building the dashboard (once, some seconds)');
  try {
    await promisify(execFile)(node, [script], { cwd: join(folder, '..', '..'), signal });
  } catch (error) {
    signal.throwIfAborted();
    out.warn(`There will be no dashboard: ${(error as Error).message}`);
  }
}
