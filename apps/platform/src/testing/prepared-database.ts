import { createHash, randomUUID } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { openDatabase } from '../database/index.ts';
import type { Database } from '../database/index.ts';

const repository = fileURLToPath(new URL('../../../..', import.meta.url));
const migrations = fileURLToPath(new URL('../../migrations', import.meta.url));

/** Made once for the migrations as they are: a new embedded database takes 6 s of processor time, a copy of one 1.3 s. */
async function preparedFolder(): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(migrations)).filter((file) => file.endsWith('.sql')).sort())
    hash.update(name).update(await readFile(join(migrations, name)));
  hash.update(await readFile(join(repository, 'node_modules/@electric-sql/pglite/package.json')));
  const folder = join(repository, 'node_modules/.cache/test-database', hash.digest('hex').slice(0, 16));
  if (await exists(folder)) return folder;
  const made = `${folder}.${randomUUID()}`;
  await mkdir(made, { recursive: true });
  await (await openDatabase({ folder: join(made, 'database') })).close();
  // Another test may have been faster: the folder it has named is as good.
  await rename(made, folder).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    await rm(made, { recursive: true });
  });
  return folder;
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
  await cp(join(await preparedFolder(), 'database'), folder, { recursive: true });
}

/** An empty database of its own, gone once closed. */
export async function openTestDatabase(): Promise<Database> {
  const parent = await mkdtemp(join(tmpdir(), 'fusion-database-'));
  const folder = join(parent, 'database');
  await layOutDatabase(folder);
  const database = await openDatabase({ folder });
  return {
    ...database,
    close: async () => {
      await database.close();
      await rm(parent, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
