import { openAsBlob } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { PGlite } from '@electric-sql/pglite';

import { openDatabase } from '../database/index.ts';
import type { Database } from '../database/index.ts';
import { exists, preparedFolder } from './prepared-folder.ts';
import type { Content } from './prepared-folder.ts';

/** Lays out an embedded database with its tables, without rows, in a folder that is not there yet. */
export async function layOutDatabase(folder: string): Promise<void> {
  if (await exists(folder)) return;
  await mkdir(dirname(folder), { recursive: true, mode: 0o700 });
  await cp(join(await preparedFolder('database'), 'database'), folder, { recursive: true });
}

const dumpOf = async (content: Content): Promise<Blob> =>
  await openAsBlob(join(await preparedFolder(content), 'dump.tar'));

/** A database of its own with the tables of the platform, without rows, in memory. */
export async function openTestDatabase(): Promise<Database> {
  return await openDatabase({ folder: 'memory://', dump: await dumpOf('database') });
}

/** PostgreSQL without a table, in memory. */
export async function openEmptyPglite(): Promise<PGlite> {
  return await PGlite.create('memory://', { loadDataDir: await dumpOf('empty') });
}
