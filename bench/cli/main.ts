// How much the command takes to say something, beside Node itself and the Python command, and how fast it downloads beside
// curl: `npm run script -- bench/cli/main.ts [--start-up]`.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { bundleCommand } from '../../apps/cli/scripts/build.mjs';
import { email, password, startPlatform, testFolder } from '../../e2e/support/platform.ts';
import { compareDownloads } from './downloads.ts';
import { compareStartUps } from './start-up.ts';

const folder = await mkdtemp(join(tmpdir(), 'fusion-bench-cli-'));
const platformFolder = await testFolder();
const platform = await startPlatform(platformFolder.path);
try {
  const command = await bundleCommand(join(folder, 'bundle'));
  const env = {
    PATH: process.env['PATH'] ?? '',
    FUSION_CONFIG_DIR: join(folder, 'config'),
    FUSION_URL: platform.url,
    FUSION_EMAIL: email,
    FUSION_PASSWORD: password,
  };
  const whole = { url: platform.url, folder, command, env };
  const met = [await compareStartUps(whole)];
  if (!process.argv.includes('--start-up')) met.push(await compareDownloads(whole));
  process.exitCode = met.every(Boolean) ? 0 : 1;
} finally {
  await platform.stop();
  await platformFolder.remove();
  await rm(folder, { recursive: true, force: true });
}
