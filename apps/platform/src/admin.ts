import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

import {
  AdministrationError,
  askPlatform,
  faultOf,
  perform,
  readCommand,
  UsageError,
} from './administration/index.ts';
import type { Done, Fault } from './administration/index.ts';
import { openDatabase } from './database/index.ts';
import { FolderInUseError, lockFolder } from './folder-lock.ts';
import { makeFilesPrivate, makePrivate } from './private-folder.ts';
import { readSettings, SettingsError } from './settings.ts';
import type { Settings } from './settings.ts';

const usageCode = 2;

/** Where the platform of these settings runs, it does the work itself: an embedded database has one user. */
async function administrate(args: readonly string[], settings: Settings): Promise<Done> {
  const command = readCommand(args);
  const folder = resolve(settings.FUSION_DATA);
  const { DATABASE_URL: url, folders } = settings;
  if (!url) {
    if (!existsSync(join(folders.database, 'PG_VERSION')))
      throw new AdministrationError(
        `There is no platform in ${folder} yet: start it once, or set FUSION_DATA (or DATABASE_URL) as the platform has it`,
        'not_found',
      );
    await makePrivate(folder);
  }
  let unlock: (() => Promise<void>) | undefined;
  try {
    if (!url) unlock = await lockFolder(folder);
  } catch (error) {
    if (error instanceof FolderInUseError) return await askPlatform(folder, args);
    throw error;
  }
  try {
    const database = await openDatabase({ folder: folders.database, ...(url ? { url } : {}) });
    try {
      return await perform(command, { database, url: addressOf(settings) });
    } finally {
      await database.close();
    }
  } finally {
    await unlock?.();
  }
}

/** Where a platform with these settings is reached. */
function addressOf({ FUSION_PUBLIC_URL, FUSION_HOST, FUSION_PORT }: Settings): string {
  const host = FUSION_HOST.includes(':') ? `[${FUSION_HOST}]` : FUSION_HOST;
  return (FUSION_PUBLIC_URL ?? `http://${host}:${FUSION_PORT}`).replace(/\/+$/, '');
}

/** `--password-stdin` as the password itself: on a command line others could read it. */
async function withPassword(args: readonly string[]): Promise<string[]> {
  if (!args.includes('--password-stdin')) return [...args];
  if (args.some((one) => /^--password(=|$)/.test(one)))
    throw new UsageError('Give --password or --password-stdin, not both');
  let password = '';
  for await (const line of createInterface({ input: process.stdin })) {
    password = line;
    break;
  }
  return args.flatMap((one) => (one === '--password-stdin' ? [`--password=${password}`] : [one]));
}

const words = process.argv.slice(2);
const json = words.includes('--json');
try {
  makeFilesPrivate();
  const args = await withPassword(words.filter((one) => one !== '--json'));
  const done = await administrate(args, readSettings(process.env));
  // Whoever started it as a child is told in full.
  if (process.send) process.send({ done });
  else console.log(json ? JSON.stringify(done.json) : done.text);
} catch (error) {
  const fault = expectedFault(error);
  if (fault && process.send) process.send({ fault });
  else console.error(fault?.message ?? error);
  process.exitCode = fault?.kind === 'usage' ? usageCode : 1;
}

function expectedFault(error: unknown): Fault | undefined {
  if (error instanceof SettingsError || error instanceof FolderInUseError)
    return { message: error.message, kind: 'fault' };
  return faultOf(error);
}
