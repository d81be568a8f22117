import { openAsBlob } from 'node:fs';

import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';

const columns = '(component_id, attempt, stream, logged_at, message)';

/**
 * Empties the table of log records and fills it by COPY, which is the fastest way that the database has.
 * @param from a CSV file that the server of the database can read
 * @param where the address of a server, or the folder of an embedded database that nothing else has open
 * @returns the seconds that COPY took
 */
export async function copyLogs(
  from: string,
  where: { readonly url: string } | { readonly folder: string },
): Promise<number> {
  if ('url' in where) {
    const client = new pg.Client({ connectionString: where.url });
    await client.connect();
    try {
      await client.query('truncate component_logs');
      return await timed(
        async () => await client.query(`copy component_logs ${columns} from '${from}' (format csv)`),
      );
    } finally {
      await client.end();
    }
  }
  const client = await PGlite.create(where.folder);
  try {
    await client.exec('truncate component_logs');
    const blob = await openAsBlob(from);
    return await timed(
      async () =>
        await client.query(`copy component_logs ${columns} from '/dev/blob' (format csv)`, [], { blob }),
    );
  } finally {
    await client.close();
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}
