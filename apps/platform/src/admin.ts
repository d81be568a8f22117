import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

import {
  AdministrationError,
  askBackup,
  askPlatform,
  createBackups,
  faultOf,
  keepBackup,
  perform,
  readBackup,
  readCommand,
  refuseExisting,
  usage,
  UsageError,
} from './administration/index.ts';
import type { Backup, Done, Fault } from './administration/index.ts';
import { checkSettings } from './check-settings.ts';
import { openDatabase } from './database/index.ts';
import type { Database } from './database/index.ts';
import { FolderInUseError, lockFolder } from './folder-lock.ts';
import { givenSettings } from './given-settings.ts';
import { makeFilesPrivate, makePrivate } from './private-folder.ts';
import { readSettings, SettingsError } from './settings.ts';
import type { Settings } from './settings.ts';

const usageCode = 2;

/**
 * Has work done by the platform of these settings: by itself where it runs, since an embedded database has one user, else
 * on its database.
 */
async function withPlatform<T>(
  { FUSION_DATA, DATABASE_URL: url, folders }: Settings,
  running: (folder: string) => Promise<T>,
  stopped: (database: Database) => Promise<T>,
): Promise<T> {
  const folder = resolve(FUSION_DATA);
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
    if (error instanceof FolderInUseError) return await running(folder);
    throw error;
  }
  try {
    const database = await openDatabase({ folder: folders.database, ...(url ? { url } : {}) });
    try {
      return await stopped(database);
    } finally {
      await database.close();
    }
  } finally {
    await unlock?.();
  }
}

async function backUp(settings: Settings, file: string, signal: AbortSignal): Promise<Done> {
  await refuseExisting(file);
  const keep = async (backup: Pick<Backup, 'bytes' | 'size'>): Promise<number> =>
    await keepBackup(backup, file, { signal, moved: tellProgress() });
  const size = await withPlatform(
    settings,
    async (folder) => await keep(await askBackup(folder)),
    async (database) => {
      const backup = await createBackups({
        database,
        folder: resolve(settings.FUSION_DATA),
        objects: settings.FUSION_OBJECTS_S3_BUCKET === undefined ? settings.folders.objects : undefined,
        settings: givenSettings(process.env),
      })();
      try {
        return await keep(backup);
      } finally {
        await backup.end();
      }
    },
  );
  const path = resolve(file);
  return { text: `${path}: ${size} bytes`, json: { path, size }, ids: [path] };
}

async function restore(settings: Settings, file: string, signal: AbortSignal): Promise<Done> {
  const folder = resolve(settings.FUSION_DATA);
  const info = await readBackup({ file: resolve(file), folder, signal, moved: tellProgress() });
  const { platform, created_at, files, bytes } = info;
  return {
    text: `The platform of ${created_at} is in ${folder}: ${files} files`,
    json: { folder, platform, created_at, files, bytes },
    ids: [folder],
  };
}

const tellMilliseconds = 100;

/** Tells whoever started this as a child how far it is. */
function tellProgress(): (moved: number, total: number) => void {
  let told = 0;
  return (moved, total) => {
    if (performance.now() - told < tellMilliseconds) return;
    told = performance.now();
    process.send?.({ progress: { moved, total } });
  };
}

/** What takes long tidies up when it is interrupted; all else just ends. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => controller.abort(new AdministrationError('Interrupted', 'fault')));
  return controller.signal;
}

async function administrate(args: readonly string[], settings: Settings): Promise<Done> {
  if (args.includes('--help') || args.includes('-h')) return { text: usage, json: { usage }, ids: [] };
  const [name, file, ...rest] = args;
  if (name === 'backup' || name === 'restore') {
    const signal = interruption();
    if (file === undefined || rest.length > 0) throw new UsageError(`${name} takes one FILE`);
    return name === 'backup' ? await backUp(settings, file, signal) : await restore(settings, file, signal);
  }
  if (name === 'check') {
    const findings = await checkSettings(settings);
    return {
      text: findings.map(({ check, state, message }) => `${check}: ${state}: ${message}`).join('\n'),
      json: { findings },
      ids: findings.filter(({ state }) => state === 'wrong').map(({ check }) => check),
    };
  }
  const command = readCommand(args);
  return await withPlatform(
    settings,
    async (folder) => await askPlatform(folder, args),
    async (database) => await perform(command, { database, url: addressOf(settings) }),
  );
}

/** Where a platform with these settings is reached. */
function addressOf({ FUSION_PUBLIC_URL, FUSION_HOST, FUSION_PORT }: Settings): string {
  const host = FUSION_HOST.includes(':') ? `[${FUSION_HOST}]` : FUSION_HOST;
  return (FUSION_PUBLIC_URL ?? `http://${host}:${FUSION_PORT}`).replace(/\/+$/, '');
}

/** `--password-stdin` as the password itself: on a command line others could read it. */
async function withPassword(args: readonly string[]): Promise<string[]> {
  if (!args.includes('--password-stdin')) {
    if (args.some((one) => /^--password(=|$)/.test(one)))
      console.error(
        'Warning: everybody on this machine can read a password on a command line: use --password-stdin, which asks for it on a terminal',
      );
    return [...args];
  }
  if (args.some((one) => /^--password(=|$)/.test(one)))
    throw new UsageError('Give --password or --password-stdin, not both');
  const password = process.stdin.isTTY ? await askHidden('Password: ') : await firstLine();
  return args.flatMap((one) => (one === '--password-stdin' ? [`--password=${password}`] : [one]));
}

async function firstLine(): Promise<string> {
  for await (const line of createInterface({ input: process.stdin })) return line;
  return '';
}

/** Asks on a terminal, which does not show what is typed. */
async function askHidden(question: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  // Only now: what is typed before is shown.
  process.stderr.write(question);
  try {
    const answer = Promise.withResolvers<string>();
    terminal.once('SIGINT', () => answer.reject(new AdministrationError('Interrupted', 'fault')));
    terminal.once('close', () => answer.reject(new UsageError('There is no password')));
    terminal.once('line', answer.resolve);
    return await answer.promise;
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}

function expectedFault(error: unknown): Fault | undefined {
  if (error instanceof SettingsError || error instanceof FolderInUseError)
    return { message: error.message, kind: 'fault' };
  return faultOf(error);
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
