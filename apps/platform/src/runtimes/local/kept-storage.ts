import { constants, lstatSync, opendirSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { access, lstat, mkdtemp, opendir, readlink, rm } from 'node:fs/promises';
import { dirname, join, posix, win32 } from 'node:path';

import { create, extract } from 'tar';

import type { CollectedFile } from '../runtime.ts';
import type { StagingObjects } from './staging-objects.ts';

const archiveName = 'storage.tar.gz';
const maximumEntries = 50_000;
/** To lay out an entry, tar makes sure of each folder on the way to it. */
const maximumDepth = 100;

/** Lays out in `storage/` what the service kept at the end of the last run of its process. */
export async function restoreStorage(
  objectKey: string,
  folder: string,
  objects: StagingObjects,
  signal?: AbortSignal,
): Promise<void> {
  const storage = join(folder, 'storage');
  // What runs in the attempt's folder could have put a link to another folder in its place.
  if (!isFolder(storage)) throw new Error('storage/ is no folder: what the service kept is not put there');
  const temporary = await makeFolderBeside(folder);
  try {
    const archive = join(temporary, archiveName);
    await objects.place(objectKey, archive, { readOnly: true, signal });
    // A service packed its own links. None of them may lead out of its folder all the same.
    await extract({ file: archive, cwd: storage, strict: true });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/**
 * Packs and stores what the service left to be kept; null when it left nothing. The time of packing leaves no trace in the
 * archive. It is made where the component never could write: in the component's own folder, links may wait for it.
 * @param mostBytes what is longer all together is not kept: with holes in it, a file takes less room than its length
 */
export async function packStorage(
  folder: string,
  objects: StagingObjects,
  {
    objectKey,
    mostBytes,
    signal,
  }: {
    readonly objectKey: string;
    readonly mostBytes: number;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<{ readonly file: CollectedFile | null; readonly passedOver: number }> {
  const storage = join(folder, 'storage');
  if (!isFolder(storage) || isEmpty(storage)) return { file: null, passedOver: 0 };
  const { paths, passedOver } = await look(storage, mostBytes);
  if (paths.length === 0) return { file: null, passedOver };
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
        // With several jobs, tar looks through all that wait for each file that has several names.
        jobs: 1,
      },
      paths.map((name) => `./${name}`),
    );
    const { size, sha256 } = await objects.store(objectKey, path, { final: true, signal });
    const file: CollectedFile = {
      name: archiveName,
      fileType: 'GZIP',
      object: { key: objectKey, size, sha256 },
      title: 'Storage',
      description: 'What the service keeps from run to run of its process',
    };
    return { file, passedOver };
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

/** Beside the attempt's folder, in the part of it that belongs to the runtime and goes with the attempt. */
async function makeFolderBeside(folder: string): Promise<string> {
  return await mkdtemp(join(dirname(folder), '.storage-'));
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
