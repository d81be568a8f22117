import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

import { layOutDatabase } from '../../../apps/platform/src/testing/prepared-database.ts';
import { email, password, root } from '../../support/platform.ts';
import type { InstalledCommand } from './command.ts';

export interface Up {
  readonly url: string;
  readonly data: string;
  readonly log: string;
  readonly pid: number;
  readonly sign_in_url: string;
  /** Sends a signal to the command; gives its exit code and what it said to people. */
  end(signal: NodeJS.Signals): Promise<{ readonly code: number | null; readonly stderr: string }>;
}

/** What `up` needs of the environment: where the platform is, and a first user whose password is known. */
export const upSettings = {
  FUSION_PLATFORM_HOME: root,
  FUSION_ADMIN_EMAIL: email,
  FUSION_ADMIN_PASSWORD: password,
  FUSION_SERVICES: join(root, 'e2e/services'),
  FUSION_STOP_DELAY_SECONDS: '0',
};

/** Starts a platform by the command, without a terminal. */
export async function startUp(
  cli: InstalledCommand,
  data: string,
  env: Record<string, string> = {},
): Promise<Up> {
  if (!env['DATABASE_URL']) await layOutDatabase(join(data, 'database'));
  const child = spawn(process.execPath, [cli.path, 'up', '--data', data, '--port', '0', '--json'], {
    cwd: cli.folder,
    env: { ...cli.env, ...upSettings, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = text(child.stderr);
  const exited = once(child, 'exit');
  const line = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line').then(([first]) => first as string),
    exited.then(async () => {
      throw new Error(`up ended before the platform answered:\n${await said}`);
    }),
  ]);
  return {
    ...(JSON.parse(line) as Omit<Up, 'end'>),
    end: async (signal) => {
      child.kill(signal);
      const [code] = (await exited) as [number | null];
      return { code, stderr: await said };
    },
  };
}
