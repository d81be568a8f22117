import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../../..', import.meta.url));
const migrations = fileURLToPath(new URL('../../migrations', import.meta.url));

/** PostgreSQL without a table, and with those of the platform. */
export type Content = 'empty' | 'database';

/**
 * Made once for the migrations as they are, as a folder and as a dump: a new embedded database takes 6 s of processor time,
 * a copy of its folder 1 s, most of it for the creation of a thousand files, and memory filled from a dump 0.4 s.
 * Where it is there already nothing of a database is imported.
 */
export async function preparedFolder(content: Content): Promise<string> {
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
  if (content === 'database') {
    const { openDatabase } = await import('../database/index.ts');
    await (await openDatabase({ folder: join(made, 'database') })).close();
  }
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
  const { PGlite } = await import('@electric-sql/pglite');
  const client = await PGlite.create(folder);
  await client.exec(`update pg_database set datistemplate = false where datname like 'template%'`);
  for (const name of ['template0', 'template1']) await client.exec(`drop database ${name}`);
  await client.exec('checkpoint');
  await writeFile(dump, (await client.dumpDataDir('none')).stream());
  await client.close();
}

export async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
