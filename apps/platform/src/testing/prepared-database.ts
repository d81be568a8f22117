import { createHash, randomUUID } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { PGlite } from '@electric-sql/pglite';

import { openDatabase } from '../database/index.ts';
import type { Database } from '../database/index.ts';

const repository = fileURLToPath(new URL('../../../..', import.meta.url));
const migrations = fileURLToPath(new URL('../../migrations', import.meta.url));

/** PostgreSQL without a table, and with those of the platform. */
type Content = 'empty' | 'database';

/**
 * Made once for the migrations as they are, as a folder and as a dump: a new embedded database takes 6 s of processor time,
 * a copy of its folder 1 s, most of it for the creation of a thousand files, and memory filled from a dump 0.4 s.
 */
async function preparedFolder(content: Content): Promise<string> {
  const hash = createHash('sha256').update(await readFile(import.meta.filename));
  if (content === 'database')
    for (const name of (await readdir(migrations)).filter((file) => file.endsWith('.sql')).sort())
      hash.update(name).update(await readFile(join(migrations, name)));
  hash.update(await readFile(join(repository, 'node_modules/@electric-sql/pglite/package.json')));
  const name = `${content}-${hash.digest('hex').slice(0, 16)}`;
  const folder = join(repository, 'node_modules/.cache/test-database', name);
  if (await exists(folder)) return folder;
  const made = `${folder}.${randomUUID()}`;
  await mkdir(made, { recursive: true });
  if (content === 'database') await (await openDatabase({ folder: join(made, 'database') })).close();
  await slim(join(made, 'database'), join(made, 'dump.tar'));
  // Another test may have been faster: the folder it has named is as good.
  await rename(made, folder).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    await rm(made, { recursive: true });
  });
  return folder;
}

/** Takes away the databases from which others are made: a platform has one, and they are half of all files. */
async function slim(folder: string, dump: string): Promise<void> {
  const client = await PGlite.create(folder);
  await client.exec(`update pg_database set datistemplate = false where datname like 'template%'`);
  for (const name of ['template0', 'template1']) await client.exec(`drop database ${name}`);
  await client.exec('checkpoint');
  await writeFile(dump, (await client.dumpDataDir('none')).stream());
  await client.close();
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

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
