import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { selectRows } from '../database/index.ts';
import type { Database } from '../database/index.ts';
import { openTestDatabase } from '../testing/prepared-database.ts';
import { chargeStorage } from './storage-charges.ts';
import { heldBy, keep, movementsOf, organisationWith, setClock } from './testing/ledger.ts';

let database: Database;
let said: string[];
beforeAll(async () => {
  database = await openTestDatabase();
});
beforeEach(async () => {
  said = [];
  await database.queries.execute(sql`delete from data`);
  await database.queries.execute(sql`delete from organisations`);
});
afterAll(async () => {
  await database?.close();
});

const charge = async (creditsPerGbDay = '0.5') =>
  await chargeStorage(database, {
    creditsPerGbDay,
    log: {
      info: (_, message) => said.push(`info: ${message}`),
      warn: (_, message) => said.push(`warn: ${message}`),
      error: (_, message) => said.push(`error: ${message}`),
    },
  });

test('a day costs nothing until it is over, and then once', async () => {
  await setClock(database, '2026-03-10T15:00:00Z');
  const organisation = await organisationWith(database, { any: '10' });
  await keep(database, organisation, 1_500_000_000);
  await keep(database, organisation, 500_000_001);
  await charge();
  await setClock(database, '2026-03-10T23:59:00Z');
  const left = await charge();
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThanOrEqual(60_000);
  expect(await movementsOf(database, organisation)).toEqual([]);
  await setClock(database, '2026-03-11T00:00:00Z');
  await charge();
  await charge();
  expect(await movementsOf(database, organisation)).toEqual([
    // Half a credit a GB for 2 GB and a byte, rounded up.
    {
      purse: 'any',
      amount: '-1.000001',
      kind: 'storage',
      reference: null,
      note: '2.000000001 GB kept on 2026-03-10',
    },
  ]);
});

test('a year that was missed is charged day by day, in its own months, and only once', async () => {
  await setClock(database, '2026-01-01T12:00:00Z');
  const organisation = await organisationWith(database, { cloud_storage: '100', any: '300' });
  await keep(database, organisation, 2_000_000_000);
  await charge();
  await setClock(database, '2027-01-01T12:00:00Z');
  await charge();
  // Somebody sets the day back: what is paid stays paid.
  await database.queries.execute(sql`update organisations set storage_charged_until = '2026-06-01'`);
  await charge();
  const months = await selectRows<{ month: string; days: number; credits: string }>(
    database.queries,
    sql`select to_char(at at time zone 'UTC', 'YYYY-MM') as month, count(*)::int as days,
        trim_scale(-sum(amount))::text as credits
      from ledger where organisation_id = ${organisation} and kind = 'storage' group by 1 order by 1`,
  );
  const lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  expect(months).toEqual(
    lengths.map((days, index) => ({
      month: `2026-${String(index + 1).padStart(2, '0')}`,
      days,
      credits: String(days),
    })),
  );
  expect(await heldBy(database, organisation)).toEqual({ any: '35' });
});

test('when credits do not suffice the rest is taken and noted, and the days after it cost nothing', async () => {
  await setClock(database, '2026-03-10T12:00:00Z');
  const poor = await organisationWith(database, { cloud_storage: '0.75', any: '1', runtime_any: '5' });
  const rich = await organisationWith(database, { any: '50' });
  await keep(database, poor, 2_000_000_000);
  await keep(database, rich, 2_000_000_000);
  await charge();
  await setClock(database, '2026-03-14T12:00:00Z');
  await charge();
  expect(await movementsOf(database, poor)).toMatchObject([
    { purse: 'cloud_storage', amount: '-0.75', note: '2 GB kept on 2026-03-10' },
    { purse: 'any', amount: '-0.25', note: '2 GB kept on 2026-03-10' },
    {
      purse: 'any',
      amount: '-0.75',
      note: '2 GB kept on 2026-03-11, 0.75 of 1 credits: no more were left',
    },
  ]);
  expect(await heldBy(database, poor)).toEqual({ runtime_any: '5' });
  expect(await heldBy(database, rich)).toEqual({ any: '46' });
  expect(said).toContain('warn: an organisation has too few credits for the storage of its data');
});

test('what goes wrong is logged, and charged the next time', async () => {
  await setClock(database, '2026-03-10T12:00:00Z');
  const organisation = await organisationWith(database, { any: '10' });
  await keep(database, organisation, 2_000_000_000);
  await charge();
  await setClock(database, '2026-03-12T12:00:00Z');
  expect(await charge('a lot')).toBe(60_000);
  expect(said).toEqual(['error: the storage of an organisation cannot be charged now']);
  await charge();
  expect(await heldBy(database, organisation)).toEqual({ any: '8' });
});

test('where storage costs nothing no rows are written, and the days are over all the same', async () => {
  await setClock(database, '2026-03-10T12:00:00Z');
  const organisation = await organisationWith(database, { any: '10' });
  await keep(database, organisation, 2_000_000_000);
  await charge('0');
  await setClock(database, '2026-03-12T12:00:00Z');
  await charge('0');
  await setClock(database, '2026-03-13T12:00:00Z');
  await charge();
  expect(await heldBy(database, organisation)).toEqual({ any: '9' });
});
