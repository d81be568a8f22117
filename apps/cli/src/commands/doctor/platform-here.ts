import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { Cli } from '../../command/index.ts';
import { administrate, dataFolder } from '../../local-platform/index.ts';
import { bytes } from '../../output/index.ts';
import { findPlatformPackage } from '../../platform-package.ts';
import { look } from './check.ts';
import type { Finding } from './check.ts';
import { fault } from './program.ts';
import type { Told } from './program.ts';

const leastBytes = 1e9;
const fewBytes = 10e9;

/** Whether a platform can be started on this machine with the settings of the environment. */
export async function checkPlatformHere(cli: Cli): Promise<Finding[]> {
  const installed = await look('platform-here', async () => await Promise.resolve(findPackage(cli)));
  if (installed.state !== 'good') return [installed];
  return [installed, ...(await checkSettings(cli))];
}

function findPackage({ env }: Cli): string | Told {
  try {
    const { folder, version } = findPlatformPackage(env);
    return `platform ${version} in ${folder}, for \`up\`, \`admin\`, \`backup\` and \`restore\``;
  } catch (error) {
    if (env['FUSION_PLATFORM_HOME']) throw error;
    const { message, next } = error as Error & { readonly next?: string };
    return { state: 'missing', message, next };
  }
}

/** The platform itself reads its settings, and reaches what they name: its database and its bucket. */
async function checkSettings(cli: Cli): Promise<Finding[]> {
  let found: readonly Finding[] = [];
  const asked = await look('settings', async () => {
    const { json } = await administrate(cli, { data: undefined, args: ['check'] });
    found = (json as { readonly findings: readonly Finding[] }).findings;
    return 'the settings of the environment fit together';
  });
  return [asked, ...found.map((one) => ({ ...one, ...(one.state === 'wrong' && { exitCode: 1 as const }) }))];
}

/** Room for the data of a platform, where it would be. */
export async function checkDisk({ env }: Cli): Promise<string | Told> {
  const folder = dataFolder(undefined, env);
  const free = await freeBytes(folder);
  const next = 'free some room, or set FUSION_DATA to a folder on a larger disk';
  const message = `${bytes(free)} are free for the data of a platform (${folder})`;
  if (free < leastBytes) throw fault(`Only ${message}`, next);
  return free < fewBytes ? { state: 'missing', message: `Only ${message}`, next } : message;
}

/** Of the disk of a folder that need not be there yet. */
async function freeBytes(folder: string): Promise<number> {
  for (let at = folder; ; at = dirname(at)) {
    try {
      const { bavail, bsize } = await statfs(at);
      return bavail * bsize;
    } catch (error) {
      if (at === dirname(at)) throw error;
    }
  }
}
