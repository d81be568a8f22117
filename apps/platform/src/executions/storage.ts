import { randomUUID } from 'node:crypto';
import { constants, lstatSync, opendirSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { access, lstat, mkdtemp, opendir, readdir, readlink, rm } from 'node:fs/promises';
import { basename, dirname, join, posix, win32 } from 'node:path';

import { create, extract } from 'tar';

import type { Context, StoredFile } from './context.ts';

const archiveName = 'storage.tar.gz';
const maximumEntries = 50_000;
/** To lay out an entry, tar makes sure of each folder on the way to it. */
const maximumDepth = 100;

/** Lays out what the service kept at the end of the last run of its process. */
export async function restoreStorage(
  { objects }: Pick<Context, 'objects'>,
  objectKey: string,
  folder: string,
): Promise<void> {
  // What runs in the attempt's folder could have put a link to another one in its place.
  if (!isFolder(folder)) throw new Error(`${folder} is no folder: what the service kept is not put there`);
  // What a service packed, links included, was its own; nothing of it may lead out of its folder all the same.
  await extract({ file: objects.localPath(objectKey), cwd: folder, strict: true });
}

/**
 * Packs what the service left to be kept; undefined when it left nothing. The time of packing leaves no trace in it. The
 * archive is made where the component never could write: in its own folder, links may stand in wait for it.
 * @param mostBytes what is longer all together is not kept: with holes in it, a file takes less room than it says
 */
export async function packStorage(
  { objects, log }: Pick<Context, 'objects' | 'log'>,
  folder: string,
  mostBytes: number,
): Promise<StoredFile | undefined> {
  const storage = join(folder, 'storage');
  if (!isFolder(storage) || isEmpty(storage)) return undefined;
  const { paths, passedOver } = await look(storage, mostBytes);
  if (passedOver > 0) log.warn({ folder: storage, passedOver }, 'not all that a service left can be kept');
  if (paths.length === 0) return undefined;
  const temporary = await makeFolderBeside(folder);
  try {
    const path = join(temporary, archiveName);
    await create(
      {
        file: path,
        cwd: storage,
        gzip: true,
        portable: true,
        mtime: new Date(0),
        follow: false,
        noDirRecurse: true,
        // Of several at once, it looks through all that wait for a file with many names each time.
        jobs: 1,
      },
      paths.map((name) => `./${name}`),
    );
    const objectKey = `storage/${randomUUID()}`;
    const { size, sha256, durable } = await objects.adopt(objectKey, path, { final: true });
    await durable;
    return {
      name: archiveName,
      fileType: 'GZIP',
      objectKey,
      size,
      sha256,
      title: 'Storage',
      description: 'What the service keeps from run to run of its process',
    };
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

const isFolder = (path: string): boolean =>
  lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** Mostly it is. */
function isEmpty(folder: string): boolean {
  const open = opendirSync(folder);
  try {
    return open.readSync() === null;
  } finally {
    open.closeSync();
  }
}

/** A fresh folder for an attempt; those that were left when the platform was killed are removed. */
async function makeFolderBeside(folder: string): Promise<string> {
  const attempts = dirname(folder);
  // Not a UUID, which would be taken for an attempt.
  const prefix = `.storage-${basename(folder)}-`;
  for (const name of await readdir(attempts))
    if (name.startsWith(prefix)) await rm(join(attempts, name), { recursive: true, force: true });
  return await mkdtemp(join(attempts, prefix));
}

/** What can be kept of a folder, as sorted paths relative to it, and how much is there besides. */
async function look(
  root: string,
  mostBytes: number,
): Promise<{ readonly paths: readonly string[]; readonly passedOver: number }> {
  const paths: string[] = [];
  let entries = 0;
  let left = mostBytes;
  const folders = [''];
  for (let at = folders.pop(); at !== undefined; at = folders.pop()) {
    for await (const entry of await opendir(join(root, at), { bufferSize: 256 })) {
      entries += 1;
      if (entries > maximumEntries)
        throw new Error(`The service left more than ${maximumEntries} files and folders in its storage`);
      const path = posix.join(at, entry.name);
      if (!(await canBeKept(root, path, entry))) continue;
      const length = entry.isFile() ? (await lstat(join(root, path))).size : 0;
      if (length > left) continue;
      left -= length;
      paths.push(path);
      if (entry.isDirectory()) folders.push(path);
    }
  }
  return { paths: paths.sort(), passedOver: entries - paths.length };
}

/**
 * Pipes and devices cannot be kept, nor what is too deep or cannot be read, by its mode or as its path is too long. Bytes
 * that are no UTF-8 show as U+FFFD, which may be the name of something else, a link for one.
 */
async function canBeKept(root: string, path: string, entry: Dirent): Promise<boolean> {
  if (entry.name.includes('\u{fffd}') || path.split('/').length > maximumDepth) return false;
  try {
    if (entry.isSymbolicLink()) return staysInside(path, await readlink(join(root, path)));
    if (!entry.isFile() && !entry.isDirectory()) return false;
    await access(join(root, path), entry.isFile() ? constants.R_OK : constants.R_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** An archive with a link that leads out, for Windows too, would be refused as a whole when it is to be laid out. */
function staysInside(path: string, target: string): boolean {
  if (win32.parse(target).root !== '' || target.includes('\u{fffd}')) return false;
  const led = posix.join(posix.dirname(path), target.replaceAll('\\', '/'));
  return led !== '..' && !led.startsWith('../');
}
