import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { layOutDatabase } from '../../apps/platform/src/testing/prepared-database.ts';

export const root = resolve(import.meta.dirname, '../..');
export const email = 'analyst@example.com';
export const password = 'Glasgow-2026';

export interface RunningPlatform {
  readonly url: string;
  readonly folder: string;
  readonly child: ChildProcess;
  /** As a machine that loses power: no chance to tidy up. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** A folder for one test, removed by `remove`. */
export async function testFolder(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'fusion-e2e-'));
  return {
    path,
    remove: async () => await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }),
  };
}

/** Starts a platform as a user would: a process of its own, with nothing but settings. */
export async function startPlatform(
  folder: string,
  settings: Record<string, string> = {},
): Promise<RunningPlatform> {
  await mkdir(folder, { recursive: true });
  // Making a database takes longer than all else of a first start, which has tests of its own.
  if (!settings['DATABASE_URL'])
    await layOutDatabase(join(settings['FUSION_DATA'] ?? join(folder, 'platform'), 'database'));
  const child = spawn(
    process.execPath,
    ['--conditions=fusion-source', join(root, 'apps/platform/src/main.ts')],
    {
      cwd: root,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: process.env['HOME'] ?? '',
        FUSION_DATA: join(folder, 'platform'),
        FUSION_PORT: '0',
        FUSION_ADMIN_EMAIL: email,
        FUSION_ADMIN_PASSWORD: password,
        FUSION_STOP_DELAY_SECONDS: '20',
        ...settings,
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    },
  );
  const log = createWriteStream(join(folder, 'platform.log'), { flags: 'a' });
  let said = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4000);
    });
    stream.pipe(log, { end: false });
  }
  const exited = once(child, 'exit');
  const url = await Promise.race([
    once(child, 'message').then(([message]) => (message as { url: string }).url),
    exited.then(([code]) => {
      throw new Error(`The platform ended with ${String(code)} before it listened:\n${said}`);
    }),
  ]);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await exited;
    log.end();
  };
  return {
    url,
    folder,
    child,
    kill: async () => await end('SIGKILL'),
    stop: async () => await end('SIGTERM'),
  };
}
