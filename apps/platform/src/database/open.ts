import { EventEmitter } from 'node:events';
import { constants } from 'node:fs';
import { cp } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { PGlite, protocol } from '@electric-sql/pglite';
import type { PGliteOptions } from '@electric-sql/pglite';
import { sql } from 'drizzle-orm';
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite';
import { migrate as migratePglite } from 'drizzle-orm/pglite/migrator';
import { drizzle as drizzlePg } from 'drizzle-orm/node-postgres';
import { migrate as migratePg } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';

import { afterCommit, inTransaction } from './hooks.ts';
import { listenOn } from './listen.ts';
import { preparePglite } from './prepared-pglite.ts';
import type { Queries } from './queries.ts';
import { statement } from './statement.ts';
import { keepVacuumed } from './vacuum.ts';

export interface Database {
  readonly kind: 'pglite' | 'postgresql';
  /** For single statements. Inside a transaction use what `transaction` hands over: on PGlite this one would wait for ever. */
  readonly queries: Queries;
  transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T>;
  /** Calls back with each payload of the channel, from this or another platform on the same database. */
  listen(channel: string, heard: (payload: string) => void): Promise<() => Promise<void>>;
  /** Sends payloads to all who listen, once the transaction holds where `queries` is one. */
  notify(queries: Queries, channel: string, payloads: readonly string[]): Promise<void>;
  /** Answers once the database does. @throws when it does not. */
  ping(): Promise<void>;
  /**
   * Copies the files of an embedded database into a folder that is not there yet, as they are at one moment, and does
   * something else at the same moment. Meanwhile every query waits. A server has no such thing.
   */
  readonly copyFiles?: (folder: string, meanwhile: () => Promise<void>) => Promise<void>;
  close(): Promise<void>;
}

/**
 * PGlite takes 128 MB for shared buffers, touches all of it when it starts, and grows its memory to 189 MB for them: a
 * platform took 145 MB more than with these. What does not fit is in the page cache of the system, from where it comes at
 * the same price as the next page: so a page out of order costs hardly more, and without saying so the planner walks whole
 * tables of some thousand rows.
 */
const embeddedSettings = ['shared_buffers=32MB', 'random_page_cost=1.1'];

const migrationsFolder = fileURLToPath(new URL('../../migrations', import.meta.url));

/**
 * Opens the embedded database in a folder, or a PostgreSQL server by its address, and brings its tables up to date.
 * @param options.folder where PGlite keeps its files; `memory://` for a database that lives in memory
 * @param options.dump what a new embedded database starts from, as `dumpDataDir` of PGlite writes it, instead of nothing
 * @param options.warn told of what goes wrong in the background
 */
export async function openDatabase(options: {
  readonly url?: string;
  readonly folder: string;
  readonly dump?: NonNullable<PGliteOptions['loadDataDir']>;
  readonly warn?: (error: unknown, message: string) => void;
}): Promise<Database> {
  return options.url ? await openServer(options.url) : await openEmbedded(options);
}

async function openEmbedded({
  folder,
  dump,
  warn = () => {},
}: Omit<Parameters<typeof openDatabase>[0], 'url'>): Promise<Database> {
  const startParams = [
    ...PGlite.defaultStartParams,
    ...embeddedSettings.flatMap((setting) => ['-c', setting]),
  ];
  const client = await PGlite.create(folder, { startParams, ...(dump ? { loadDataDir: dump } : {}) });
  // For the first minute nothing has gathered statistics, so any condition is taken to leave few rows. With bitmaps the
  // planner would then fetch a whole log and sort it for each page, instead of following the index from its start.
  await client.exec("set time zone 'UTC'; set enable_bitmapscan = off");
  await migratePglite(drizzlePglite(client), { migrationsFolder });
  const db = drizzlePglite(preparePglite(client) as PGlite);
  const queries = db as unknown as Queries;
  const channels = new EventEmitter();
  const stopVacuum = keepVacuumed(client, (error) =>
    warn(error, 'cannot give back the room of deleted rows'),
  );
  return {
    kind: 'pglite',
    queries,
    transaction: async (work) => await inTransaction(queries, work),
    // Nobody else is on this database: what its platform hears, it has said itself.
    listen: async (channel, heard) => {
      channels.on(channel, heard);
      return async () => void channels.off(channel, heard);
    },
    notify: async (on, channel, payloads) => {
      const say = (): void => payloads.forEach((payload) => channels.emit(channel, payload));
      if (!afterCommit(on, say)) say();
    },
    ping: async () => {
      await client.query('select 1');
    },
    copyFiles: async (to, meanwhile) =>
      await client._runExclusiveTransaction(
        async () =>
          await client.runExclusive(async () => {
            await client.execProtocolStream(protocol.serialize.query('checkpoint'), { syncToFs: true });
            await cp(folder, to, { recursive: true, mode: constants.COPYFILE_FICLONE });
            await meanwhile();
          }),
      ),
    close: async () => {
      await stopVacuum();
      await client.close();
    },
  };
}

const tell = statement<never, { readonly channel: string; readonly payloads: readonly string[] }>(
  'notify',
  () =>
    sql`select pg_notify(${sql.placeholder('channel')}, payload) from unnest(${sql.placeholder('payloads')}::text[]) as payload`,
);

async function openServer(url: string): Promise<Database> {
  const pool = new pg.Pool({ connectionString: url, max: 10, options: '-c timezone=UTC' });
  // A connection that breaks while nobody uses it is replaced by the next query; without this it would end the platform.
  pool.on('error', () => undefined);
  const db = drizzlePg(pool);
  // One platform at a time brings the tables up to date; the others wait here.
  const guard = await pool.connect();
  try {
    await guard.query("select pg_advisory_lock(hashtext('fusion-platform migrations'))");
    await migratePg(db, { migrationsFolder });
  } finally {
    await guard
      .query("select pg_advisory_unlock(hashtext('fusion-platform migrations'))")
      .catch(() => undefined);
    guard.release();
  }
  const queries = db as unknown as Queries;
  const listener = listenOn(url);
  return {
    kind: 'postgresql',
    queries,
    transaction: async (work) => await inTransaction(queries, work),
    listen: async (channel, heard) => await listener.listen(channel, heard),
    notify: async (on, channel, payloads) => {
      await tell(on, { channel, payloads: [...payloads] });
    },
    ping: async () => {
      await pool.query('select 1');
    },
    close: async () => {
      await listener.close();
      await pool.end();
    },
  };
}
