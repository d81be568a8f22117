import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';

/** Another platform uses the folder. */
export class FolderInUseError extends Error {
  constructor(folder: string, pid: number) {
    super(
      `The platform with the process id ${pid} uses the folder ${folder}: stop it first, or set FUSION_DATA to another folder`,
    );
    this.name = 'FolderInUseError';
  }
}

interface Owner {
  readonly pid: number;
  /** When the process began, in the kernel's clock ticks: tells it from a later one with the same id. */
  readonly started: string;
}

/**
 * Takes the folder for this process alone: two platforms on one embedded database would destroy it. What a killed
 * platform left behind does not count.
 * @throws FolderInUseError
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'platform.lock');
  const own: Owner = { pid: process.pid, started: await startOf(process.pid) };
  const written = `${path}.${randomUUID()}`;
  await writeFile(written, JSON.stringify(own), { mode: 0o600 });
  try {
    await take(written, path, folder);
  } finally {
    await rm(written, { force: true });
  }
  return async () => {
    // The folder may have been removed and taken by another platform meanwhile.
    const owner = await readOwner(path);
    if (owner?.pid === own.pid && owner.started === own.started) await rm(path, { force: true });
  };
}

async function take(written: string, path: string, folder: string): Promise<void> {
  for (;;) {
    try {
      // A link either is there whole or is not: nobody reads half an owner.
      await link(written, path);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = await readOwner(path);
    if (owner && (await isAlive(owner))) throw new FolderInUseError(folder, owner.pid);
    // Of several that find the same stale file one moves it away; the others find it gone, or the new one.
    const stale = `${path}.${randomUUID()}`;
    await rename(path, stale).catch(() => undefined);
    await rm(stale, { force: true });
  }
}

async function readOwner(path: string): Promise<Owner | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Owner;
  } catch {
    return undefined;
  }
}

async function isAlive({ pid, started }: Owner): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return started === '' || (await startOf(pid)) === started;
}

/** The start time of a process where the system tells it (Linux), else empty; of one that was killed too. */
async function startOf(pid: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const [state = '', ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // It has been killed, but whoever started it has not looked yet.
    return state === 'Z' || state === 'X' ? '' : (fields[18] ?? '');
  } catch {
    return '';
  }
}
