import { eq, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';

import { claimRows, releaseClaims, renewClaims, tables } from '../database/index.ts';
import type { Context } from './context.ts';

export type FileRow = typeof tables.dataFiles.$inferSelect;

/** What a file can wait for: to be analysed, and then for the ingesters that run on once it is usable. */
export type Work = 'analysis' | 'ingesters';

const waiting: Record<Work, SQL> = {
  analysis: sql`uploaded_at is not null and analysed_at is null`,
  ingesters: sql`ingesters_waiting is not null and analysed_at is not null`,
};

/** How long a claim holds unless renewed: after a power cut another platform waits this long. */
const leaseSeconds = 30;
const renewMilliseconds = 10_000;

/**
 * Gives a file that waits, and holds it for this platform. A try counts from the beginning, since a platform that is
 * taken down cannot count it afterwards; `releaseClaim` takes it back. Those that were tried before come last.
 */
export async function claim({ database, nodeId }: Context, work: Work): Promise<FileRow | undefined> {
  const [claimed] = await claimRows(database.queries, 'data_files', {
    lease: { owner: nodeId, seconds: leaseSeconds },
    where: waiting[work],
    order: sql`analysis_tries, uploaded_at`,
    limit: 1,
    set: sql`analysis_tries = analysis_tries + 1`,
  });
  if (!claimed) return undefined;
  const [row] = await database.queries
    .select()
    .from(tables.dataFiles)
    .where(eq(tables.dataFiles.id, claimed));
  return row;
}

/** Holds a claim until the returned function is called. */
export function hold({ database, nodeId, log }: Context, id: string): () => void {
  const renew = async (): Promise<void> => {
    try {
      await renewClaims(database.queries, 'data_files', [id], { owner: nodeId, seconds: leaseSeconds });
    } catch (error) {
      log.warn({ err: error, file: id }, 'a claim could not be renewed');
    }
  };
  const timer = setInterval(() => void renew(), renewMilliseconds);
  return () => clearInterval(timer);
}

/** Ends a claim whose work is not done, by a platform that lives: it did not count as a try. */
export async function releaseClaim(
  { database, nodeId }: Context,
  id: string,
  { faults = 0, afterSeconds = 0 }: { readonly faults?: number; readonly afterSeconds?: number } = {},
): Promise<void> {
  await releaseClaims(database.queries, 'data_files', [id], nodeId, {
    afterSeconds,
    set: sql`analysis_tries = greatest(analysis_tries - 1, 0), analysis_faults = analysis_faults + ${faults}`,
  });
}

/** Ends the claims that this platform had before it was killed: nobody works on those files. */
export async function releaseOwnClaims({ database, nodeId }: Context): Promise<void> {
  // On the embedded database nobody else can hold one, whatever it was called.
  const whose = database.kind === 'pglite' ? sql`true` : sql`lease_owner = ${nodeId}`;
  await database.queries.execute(
    sql`update data_files set lease_owner = null, lease_until = null
        where ${whose} and (analysed_at is null or ingesters_waiting is not null)`,
  );
}
