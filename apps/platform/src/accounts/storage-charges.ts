import { inArray, sql } from 'drizzle-orm';

import { platformNow, selectRows, tables } from '../database/index.ts';
import type { Database, Queries } from '../database/index.ts';
import { balances, lockPurses, named, write } from './ledger.ts';
import type { LedgerRow } from './ledger.ts';
import { Credits, Funds, noCredits } from './purses.ts';
import type { Draw } from './purses.ts';

const bytesAGb = 1e9;
const dayMilliseconds = 86_400_000;
const againMilliseconds = 60_000;

export interface StorageCharges {
  /** Exact decimal text. */
  readonly creditsPerGbDay: string;
  readonly log: {
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
    error(fields: object, message: string): void;
  };
}

/**
 * Charges every organisation for the data it keeps: once for each whole day (UTC) since the last one charged, by the bytes
 * that it keeps now (a GB is 10^9 bytes), rounded up to the sixth decimal. The first time an organisation is met, its first
 * day begins. When its credits do not suffice, what is left is taken and the rest is let go: data is kept, and no purse goes
 * below zero. Does not throw: an organisation that cannot be charged now is charged next time.
 * @returns after how many milliseconds the next day begins, or when to try again
 */
export async function chargeStorage(database: Database, charges: StorageCharges): Promise<number> {
  const { log } = charges;
  try {
    const due = await selectRows<{ id: string; bytes: string }>(
      database.queries,
      sql`select o.id, coalesce(sum(f.stored_size), 0)::text as bytes
        from organisations o left join data_files f on f.organisation_id = o.id
        where storage_charged_until is null or storage_charged_until <= ${platformNow} - interval '1 day'
        group by o.id order by o.id`,
    );
    let again = false;
    for (const { id, bytes } of due) {
      try {
        await database.transaction(
          async (tx) => await chargeOrganisation(tx, id, new Credits(bytes), charges),
        );
      } catch (error) {
        again = true;
        log.error({ organisation: id, err: error }, 'the storage of an organisation cannot be charged now');
      }
    }
    if (again) return againMilliseconds;
    const [next] = await selectRows<{ milliseconds: number }>(
      database.queries,
      sql`select extract(epoch from date_trunc('day', now, 'UTC') + interval '1 day' - now)::float8 * 1000 as milliseconds
        from platform_now() as now`,
    );
    return Math.ceil(next!.milliseconds);
  } catch (error) {
    log.error({ err: error }, 'the storage of data cannot be charged now');
    return againMilliseconds;
  }
}

async function chargeOrganisation(
  tx: Queries,
  organisationId: string,
  bytes: Credits,
  { creditsPerGbDay, log }: StorageCharges,
): Promise<void> {
  await lockPurses(tx, organisationId);
  // Another platform may have been faster: what is due is known under the lock only.
  const [state] = await selectRows<{ until: string | null; today: string }>(
    tx,
    sql`select to_char(storage_charged_until at time zone 'UTC', 'YYYY-MM-DD') as until,
        to_char(platform_now() at time zone 'UTC', 'YYYY-MM-DD') as today
      from organisations where id = ${organisationId}`,
  );
  if (!state) return;
  const price = bytes.times(creditsPerGbDay).dividedBy(bytesAGb).toDecimalPlaces(6, Credits.ROUND_UP);
  const days = state.until === null ? [] : wholeDays(state.until, state.today);
  const dueDays = price.isZero() ? [] : await notCharged(tx, organisationId, days);
  const funds = new Funds({ kind: 'storage' }, await balances(tx, organisationId));
  const paid = dueDays.map((day) => ({ day, draws: funds.draw(price) }));
  await write(
    tx,
    paid.flatMap(({ day, draws }) => rowsOfDay(organisationId, day, draws, bytes, price)),
  );
  await tx.execute(
    sql`update organisations set storage_charged_until = ${`${state.today}T00:00:00Z`}::timestamptz where id = ${organisationId}`,
  );
  const missing = paid.reduce((sum, { draws }) => sum.plus(price).minus(sumOf(draws)), noCredits);
  const about = { organisation: organisationId, days: dueDays.length, price: price.toFixed() };
  if (!missing.isZero())
    log.warn(
      { ...about, missing: missing.toFixed() },
      'an organisation has too few credits for the storage of its data',
    );
  else if (dueDays.length > 0) log.info(about, 'the storage of an organisation is charged');
}

function rowsOfDay(
  organisationId: string,
  day: string,
  draws: readonly Draw[],
  bytes: Credits,
  price: Credits,
): LedgerRow[] {
  const paid = sumOf(draws);
  const short = paid.lessThan(price)
    ? `, ${paid.toFixed()} of ${price.toFixed()} credits: no more were left`
    : '';
  const rows = draws.map(({ purse, amount }) => ({
    organisation_id: organisationId,
    purse,
    amount: amount.negated().toFixed(),
    kind: 'storage',
    // What a day costs belongs to that day, and to its month, however late it is charged.
    at: `${day}T23:59:59.999999+00:00`,
    note: `${bytes.dividedBy(bytesAGb).toFixed()} GB kept on ${day}${short}`,
  }));
  return named(nameOf(organisationId, day), rows);
}

function sumOf(draws: readonly Draw[]): Credits {
  return draws.reduce((sum, { amount }) => sum.plus(amount), noCredits);
}

/** The days from one up to another, that one left out, as ISO dates. */
function wholeDays(from: string, until: string): string[] {
  const count = Math.max(0, (Date.parse(until) - Date.parse(from)) / dayMilliseconds);
  return Array.from({ length: count }, (_, index) =>
    new Date(Date.parse(from) + index * dayMilliseconds).toISOString().slice(0, 10),
  );
}

async function notCharged(tx: Queries, organisationId: string, days: readonly string[]): Promise<string[]> {
  if (days.length === 0) return [];
  const names = days.map((day) => nameOf(organisationId, day));
  const rows = await tx
    .select({ once: tables.ledger.once })
    .from(tables.ledger)
    .where(inArray(tables.ledger.once, names));
  const charged = new Set(rows.map(({ once }) => once));
  return days.filter((day) => !charged.has(nameOf(organisationId, day)));
}

function nameOf(organisationId: string, day: string): string {
  return `storage:${organisationId}:${day}`;
}
