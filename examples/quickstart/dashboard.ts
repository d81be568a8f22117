import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { startProgress } from './progress.ts';
import { root } from './servers.ts';

/**
 * Builds the dashboard where it has not been built or has changed since, in some seconds. The run does without it: where the
 * build fails, that is said and the quickstart goes on.
 */
export async function buildDashboard(): Promise<void> {
  const progress = startProgress('Dashboard');
  const child = spawn(process.execPath, [join(root, 'apps/dashboard/scripts/build.mjs')], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const begun = Date.now();
  // Some seconds on most machines; how many is not known before.
  const moving = setInterval(() => {
    progress.to(1 - Math.exp((begun - Date.now()) / 6000), 'building it, once');
  }, 200);
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  clearInterval(moving);
  progress.end(code === 0 ? '' : 'could not be built');
  if (code !== 0) console.log(`  ${said.trim().split('\n').slice(0, 5).join('\n  ')}`);
}
