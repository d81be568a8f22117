import { and, eq, isNull, sql } from 'drizzle-orm';

import { claimRows, releaseClaims, selectRows, tables } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';

export type Note = typeof tables.notifications.$inferSelect;

/** How a try went. Giving up is for what no other try would mend. */
export type Outcome =
  | { readonly kind: 'sent' }
  | { readonly kind: 'failed'; readonly reason: string; readonly askedSeconds: number }
  | { readonly kind: 'given_up'; readonly reason: string };

/** How long a claim holds. No try takes as long, so one that has run out belongs to a platform that is gone. */
const leaseSeconds = 120;
/** How long what is over can be looked up. */
const keptDays = 30;

const { notifications } = tables;

/** Whom to leave out, and whether this platform can send mail at all. */
export interface Choice {
  readonly busy: readonly string[];
  readonly mail: boolean;
}

const waiting = ({
  busy,
  mail,
}: Choice) => sql`sent_at is null and failed_at is null and (user_id is null or ${mail})
  and coalesce(webhook_id, user_id)::text not in (select jsonb_array_elements_text(${JSON.stringify(busy)}::jsonb))`;

/** Claims what is due for a worker, counting the try: a worker that is never heard of again has tried. */
export async function claim(queries: Queries, choice: Choice, owner: string): Promise<Note | undefined> {
  const [claimed] = await claimRows(queries, 'notifications', {
    lease: { owner, seconds: leaseSeconds },
    where: sql`${waiting(choice)} and next_at <= clock_timestamp()`,
    order: sql`next_at, created_at`,
    limit: 1,
    set: sql`tries = tries + 1`,
  });
  if (!claimed) return undefined;
  const [row] = await queries.select().from(notifications).where(eq(notifications.id, claimed));
  return row;
}

/** In how many seconds there is something to do; undefined when nothing waits. */
export async function dueIn(queries: Queries, choice: Choice): Promise<number | undefined> {
  const [row] = await selectRows<{ seconds: number | null }>(
    queries,
    sql`select extract(epoch from min(greatest(next_at, lease_until)) - clock_timestamp())::float8 as seconds
      from notifications where ${waiting(choice)}`,
  );
  return row?.seconds ?? undefined;
}

/** @param waitSeconds until the next try; undefined when there is none */
export async function recordOutcome(
  queries: Queries,
  note: Note,
  outcome: Outcome,
  waitSeconds: number | undefined,
): Promise<void> {
  const now = sql`clock_timestamp()`;
  await queries
    .update(notifications)
    .set({
      lease_owner: null,
      lease_until: null,
      ...(outcome.kind === 'sent'
        ? { sent_at: now, error: null }
        : waitSeconds === undefined
          ? { failed_at: now, error: outcome.reason }
          : { next_at: sql`${now} + make_interval(secs => ${waitSeconds})`, error: outcome.reason }),
    })
    .where(mine(note));
}

/** Gives back what was claimed and not tried to its end. */
export async function releaseClaim(queries: Queries, { id }: Note, owner: string): Promise<void> {
  await releaseClaims(queries, 'notifications', [id], owner, { set: sql`tries = tries - 1` });
}

/** Another platform may have taken it over meanwhile, and counts another try. */
const mine = ({ id, tries }: Note) =>
  and(eq(notifications.id, id), eq(notifications.tries, tries), isNull(notifications.sent_at));

export async function removeOld(queries: Queries): Promise<void> {
  await queries.execute(
    sql`delete from notifications where coalesce(sent_at, failed_at) < clock_timestamp() - make_interval(days => ${keptDays})`,
  );
}
