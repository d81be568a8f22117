// How long the command takes to say something, beside what Node itself takes, and how fast it downloads beside curl:
// `npm run script -- bench/cli/main.ts`.
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { bundleCommand } from '../../apps/cli/scripts/build.mjs';
import { email, password, startPlatform, testFolder } from '../../e2e/support/platform.ts';
import { compareDownloads } from './downloads.ts';

const rounds = 15;

/** In milliseconds. */
function timeOf(args: readonly string[], env: NodeJS.ProcessEnv): number {
  const began = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${String(status)}: ${stderr}`);
  return performance.now() - began;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

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
  const cases = {
    'node -e 0': ['-e', '0'],
    '--help': [command, '--help'],
    'start --help': [command, 'start', '--help'],
    list: [command, 'list'],
  };
  const times = new Map<string, number[]>(Object.keys(cases).map((name) => [name, []]));
  // The first of each fills caches. Side by side, so that a busy machine is busy for all.
  for (let round = 0; round <= rounds; round += 1)
    for (const [name, args] of Object.entries(cases)) {
      const took = timeOf(args, env);
      if (round > 0) times.get(name)!.push(took);
    }
  const base = median(times.get('node -e 0')!);
  for (const [name, all] of times) {
    const middle = median(all);
    console.log(
      `${name.padEnd(14)} ${middle.toFixed(0).padStart(6)} ms  ${(middle / base).toFixed(2)} times node -e 0`,
    );
  }
  const whole = { url: platform.url, folder, command, env };
  process.exitCode = (await compareDownloads(whole)) ? 0 : 1;
} finally {
  await platform.stop();
  await platformFolder.remove();
  await rm(folder, { recursive: true, force: true });
}
