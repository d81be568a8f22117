import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { Database } from '../../database/index.ts';
import { AdministrationError } from '../errors.ts';

export interface Source {
  readonly database: Pick<Database, 'copyFiles'>;
  /** The platform's data folder. */
  readonly folder: string;
  /** The folder of the objects; undefined where they are in a bucket. */
  readonly objects: string | undefined;
}

/** A platform's files as they were at one moment. */
export interface Snapshot {
  readonly folder: string;
  remove(): Promise<void>;
}

const prefix = 'backup-';
/** Of the names that begin so, those that are made here: the archives of a user may lie beside them. */
const laidAside = /^backup-[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/**
 * Lays the files of a platform aside as they are at one moment, while it goes on: the database is held for as long as its
 * files take to be copied. Objects never change, so a second name for each is enough, and those that are there before the
 * database is held are named before.
 * @throws AdministrationError where the database is a server, or the objects are in a bucket
 */
export async function takeSnapshot({ database, folder, objects }: Source): Promise<Snapshot> {
  const { copyFiles } = database;
  if (!copyFiles)
    throw new AdministrationError(
      'The database of this platform is a server: back it up with pg_dump, and its objects with the means of their store',
    );
  if (objects === undefined)
    throw new AdministrationError(
      'The objects of this platform are in a bucket, which a backup does not hold: back the bucket up by its own means',
    );
  // Left by a backup that was killed.
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (entry.isDirectory() && laidAside.test(entry.name))
      await rm(join(folder, entry.name), { recursive: true, force: true });
  const aside = join(folder, `${prefix}${randomUUID()}`);
  const remove = async (): Promise<void> => await rm(aside, { recursive: true, force: true, maxRetries: 5 });
  try {
    await mkdir(join(aside, 'objects'), { recursive: true, mode: 0o700 });
    const known = new Set<string>();
    const name = async (): Promise<void> => await nameAll(objects, join(aside, 'objects'), known);
    await name();
    await copyFiles(join(aside, 'database'), name);
    return { folder: aside, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Gives every object a second name, unless it is known. */
async function nameAll(from: string, to: string, known: Set<string>): Promise<void> {
  for await (const path of filesOf(from)) {
    if (known.has(path)) continue;
    const target = join(to, path);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    try {
      await link(join(from, path), target);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // It has just been removed: the database names it no more.
      if (code === 'ENOENT') continue;
      await copyFile(join(from, path), target, constants.COPYFILE_FICLONE);
    }
    known.add(path);
  }
}

/** Paths of files below a folder, relative to it; without what is unfinished, whose names begin with a dot. */
async function* filesOf(root: string, below = ''): AsyncGenerator<string> {
  for (const entry of await readdir(join(root, below), { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    const path = join(below, entry.name);
    if (entry.isDirectory()) yield* filesOf(root, path);
    else if (entry.isFile()) yield path;
  }
}

export interface Entry {
  /** Relative, with `/`. */
  readonly name: string;
  /** Bytes; undefined for a folder. */
  readonly size: number | undefined;
}

/** Everything below a folder, folders before what is in them. */
export async function* entriesOf(root: string, below: string): AsyncGenerator<Entry> {
  yield { name: below, size: undefined };
  for (const entry of await readdir(join(root, below), { withFileTypes: true })) {
    const name = `${below}/${entry.name}`;
    if (entry.isDirectory()) yield* entriesOf(root, name);
    else if (entry.isFile()) yield { name, size: (await stat(join(root, name))).size };
  }
}
