import { randomUUID } from 'node:crypto';

import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import type { Database } from '../database/index.ts';
import { openTestDatabase } from '../testing/prepared-database.ts';
import { addCredits } from './add.ts';
import { presentCredit } from './credit.ts';
import { refund } from './refund.ts';
import { ssdPurse } from './purses.ts';
import { reserve } from './reserve.ts';
import { heldBy, organisationWith, setClock } from './testing/ledger.ts';

const ssdId = '61233a6c-cce4-465f-b59d-234c6c7535d2';

let database: Database;
let organisation: string;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(async () => {
  await database?.close();
});
beforeEach(async () => {
  await setClock(database, '2026-01-31T12:00:00Z');
  organisation = await organisationWith(database, {
    any: '10',
    runtime_any: '2.5',
    [ssdPurse([ssdId])]: '1',
  });
});

const take = async (amount: string, reference: string) =>
  await database.transaction(
    async (tx) =>
      await reserve(tx, {
        organisationId: organisation,
        use: { kind: 'execution', ssdId },
        amount,
        reference,
        idempotencyKey: randomUUID(),
      }),
  );
const back = async (amount: string, reference: string) =>
  await database.transaction(
    async (tx) =>
      await refund(tx, { organisationId: organisation, amount, reference, idempotencyKey: randomUUID() }),
  );
const shown = async () => await presentCredit(database.queries, organisation);
const month = (text: string, credits: number) => ({ month: `${text}-01T00:00:00.000000+00:00`, credits });

test('every purse is shown, and those for certain services until they are empty', async () => {
  expect(await shown()).toMatchObject({
    id: organisation,
    any_credits: 10,
    runtime_any_credits: 2.5,
    cloud_storage_credits: 0,
    registry_storage_credits: 0,
    runtime_ssds: [{ ssds: [ssdId], credits: 1 }],
    spend: [],
  });
  await take('1', randomUUID());
  expect((await shown()).runtime_ssds).toEqual([]);
});

test('what was given back counts in the month in which it had been reserved', async () => {
  const [first, second] = [randomUUID(), randomUUID()];
  await setClock(database, '2026-01-31T23:59:00Z');
  await take('3', first);
  await setClock(database, '2026-02-01T00:00:00Z');
  await take('2', second);
  await back('1', first);
  expect((await shown()).spend).toEqual([month('2026-01', 2), month('2026-02', 2)]);
  // Executed again, and failed again: what is given back then is March's, and only what is left over that January's.
  await setClock(database, '2026-03-05T12:00:00Z');
  await take('1.5', first);
  expect((await shown()).spend).toEqual([month('2026-01', 2), month('2026-02', 2), month('2026-03', 1.5)]);
  await setClock(database, '2026-04-05T12:00:00Z');
  await back('1', first);
  await back('1', first);
  expect((await shown()).spend).toEqual([month('2026-01', 1.5), month('2026-02', 2)]);
  expect((await shown()).updated_at).toMatch(/^2026-04-05T12:00/);
});

test('credits are put into a purse by name, or for SSDs that there are', async () => {
  const add = async (purse: Parameters<typeof addCredits>[1]['purse']) =>
    await addCredits(database, { organisation, credits: '0.25', purse });
  await add('cloud_storage');
  await expect(add(ssdPurse([ssdId]))).rejects.toThrow(`There is no service with the SSD ${ssdId}`);
  await database.queries.execute(
    sql`insert into services (id, organisation_id, ssd_id, version, approval_status, show_in_latest, latest, name,
        categories, keywords, image_id, license_id, manifest)
      values (${randomUUID()}, ${organisation}, ${ssdId}, 1, 'approved', true, true, 'Elevation',
        '[]', '[]', ${randomUUID()}, ${randomUUID()}, '{}')`,
  );
  await add(ssdPurse([ssdId.toUpperCase()]));
  expect(await heldBy(database, organisation)).toEqual({
    any: '10',
    cloud_storage: '0.25',
    runtime_any: '2.5',
    [`ssds:${ssdId}`]: '1.25',
  });
});
