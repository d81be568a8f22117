import { and, eq, isNull, sql } from 'drizzle-orm';

import { selectRows, tables } from '../../database/index.ts';
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

/** Claims what is due, counting the try: whoever claims it and is never heard of again has tried. */
export async function claim(queries: Queries, choice: Choice): Promise<Note | undefined> {
  const [claimed] = await selectRows<{ id: string }>(
    queries,
    sql`update notifications set tries = tries + 1,
          next_at = clock_timestamp() + make_interval(secs => ${leaseSeconds})
        where id = (
          select id from notifications
          where ${waiting(choice)} and next_at <= clock_timestamp()
          order by next_at, created_at limit 1 for update skip locked)
        returning id`,
  );
  if (!claimed) return undefined;
  const [row] = await queries.select().from(notifications).where(eq(notifications.id, claimed.id));
  return row;
}

/** In how many seconds there is something to do; undefined when nothing waits. */
export async function dueIn(queries: Queries, choice: Choice): Promise<number | undefined> {
  const [row] = await selectRows<{ seconds: number | null }>(
    queries,
    sql`select extract(epoch from min(next_at) - clock_timestamp())::float8 as seconds
      from notifications where ${waiting(choice)}`,
  );
  return row?.seconds ?? undefined;
}

/** @param waitSeconds until the next try; undefined when there is none */
export async function settle(
  queries: Queries,
  note: Note,
  outcome: Outcome,
  waitSeconds: number | undefined,
): Promise<void> {
  const now = sql`clock_timestamp()`;
  await queries
    .update(notifications)
    .set(
      outcome.kind === 'sent'
        ? { sent_at: now, error: null }
        : waitSeconds === undefined
          ? { failed_at: now, error: outcome.reason }
          : { next_at: sql`${now} + make_interval(secs => ${waitSeconds})`, error: outcome.reason },
    )
    .where(mine(note));
}

/** Puts back what was claimed and not tried to its end. */
export async function giveBack(queries: Queries, note: Note): Promise<void> {
  await queries
    .update(notifications)
    .set({ tries: note.tries - 1, next_at: sql`clock_timestamp()` })
    .where(mine(note));
}

/** Another platform may have taken it over meanwhile, and counts another try. */
const mine = ({ id, tries }: Note) =>
  and(eq(notifications.id, id), eq(notifications.tries, tries), isNull(notifications.sent_at));

export async function removeOld(queries: Queries): Promise<void> {
  await queries.execute(
    sql`delete from notifications where coalesce(sent_at, failed_at) < clock_timestamp() - make_interval(days => ${keptDays})`,
  );
}
