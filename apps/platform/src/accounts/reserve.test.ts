import { randomUUID } from 'node:crypto';

import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { postgresqlPrograms, startPostgresql } from '../../../../e2e/support/postgresql.ts';
import { openDatabase } from '../database/index.ts';
import type { Database } from '../database/index.ts';
import { openTestDatabase } from '../testing/prepared-database.ts';
import { refund, spentOn } from './refund.ts';
import { available } from './ledger.ts';
import { ssdPurse } from './purses.ts';
import type { Use } from './purses.ts';
import { reserve, reserveMany } from './reserve.ts';
import { heldBy, movementsOf, organisationWith } from './testing/ledger.ts';

const elevation = '61233a6c-cce4-465f-b59d-234c6c7535d2';
const clouds = '0b0d9df7-38ff-4c1e-8a53-5d3d8b4d7b11';
const execution = { kind: 'execution', ssdId: elevation } as const;

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(async () => {
  await database?.close();
});

const take = async (
  organisationId: string,
  amount: string,
  use: Use = execution,
  reference = randomUUID(),
) => {
  const idempotencyKey = randomUUID();
  const reservation = { organisationId, use, amount, reference, idempotencyKey, note: 'Elevation' };
  await database.transaction(async (tx) => await reserve(tx, reservation));
  return reservation;
};
const back = async (
  organisationId: string,
  reference: string,
  amount: string,
  idempotencyKey: string = randomUUID(),
) => {
  await database.transaction(
    async (tx) => await refund(tx, { organisationId, reference, amount, idempotencyKey, note: 'Elevation' }),
  );
};

test('an execution is paid with credits for few services first, and with those for anything last', async () => {
  const organisation = await organisationWith(database, {
    any: '5',
    runtime_any: '1',
    cloud_storage: '9',
    [ssdPurse([clouds, elevation])]: '2',
    [ssdPurse([elevation])]: '0.000003',
    [ssdPurse([clouds])]: '7',
  });
  const { reference } = await take(organisation, '4.5');
  expect(await movementsOf(database, organisation)).toEqual(
    [
      [`ssds:${elevation}`, '-0.000003'],
      [`ssds:${clouds},${elevation}`, '-2'],
      ['runtime_any', '-1'],
      ['any', '-1.499997'],
    ].map(([purse, amount]) => ({ purse, amount, kind: 'execution', reference, note: 'Elevation' })),
  );
  expect(await heldBy(database, organisation)).toEqual({
    any: '3.500003',
    cloud_storage: '9',
    [`ssds:${clouds}`]: '7',
  });
});

test.each(['upload', 'storage'] as const)(
  '%s is paid with credits for storage, then with those for anything',
  async (kind) => {
    const organisation = await organisationWith(database, { any: '5', runtime_any: '5', cloud_storage: '2' });
    await take(organisation, '3', { kind });
    expect(await heldBy(database, organisation)).toEqual({ any: '4', runtime_any: '5' });
  },
);

test('what the purses for something cannot pay is refused before anything is written', async () => {
  const organisation = await organisationWith(database, {
    any: '1',
    runtime_any: '0.5',
    cloud_storage: '100',
  });
  const parts = ['1', '0.500001'].map((amount) => ({ reference: randomUUID(), amount }));
  const reservation = { organisationId: organisation, use: execution, parts, idempotencyKey: randomUUID() };
  await expect(database.transaction(async (tx) => await reserveMany(tx, reservation))).rejects.toMatchObject({
    code: 'insufficient_credits',
    message: 'Insufficient credits: 1.500001 needed, 1.5 available to this execution',
  });
  expect(await movementsOf(database, organisation)).toEqual([]);
  expect((await available(database.queries, organisation, execution)).toFixed()).toBe('1.5');
  expect((await available(database.queries, organisation, { kind: 'upload' })).toFixed()).toBe('101');
});

test.each(['-1', '0.0000001', '1e3', 'NaN', ''])('"%s" is no amount', async (amount) => {
  const organisation = await organisationWith(database, { any: '5' });
  await expect(take(organisation, amount)).rejects.toThrow(RangeError);
  await expect(back(organisation, randomUUID(), amount)).rejects.toThrow(RangeError);
});

test('the executions of a group are reserved together, each from what the ones before it left', async () => {
  const organisation = await organisationWith(database, { runtime_any: '500.5', any: '600' });
  const parts = Array.from({ length: 1000 }, () => ({ reference: randomUUID(), amount: '1' }));
  const reservation = { organisationId: organisation, use: execution, parts, idempotencyKey: randomUUID() };
  for (let time = 0; time < 2; time += 1)
    await database.transaction(async (tx) => await reserveMany(tx, reservation));
  const movements = await movementsOf(database, organisation);
  expect(movements).toHaveLength(1001);
  expect(movements.slice(499, 503)).toEqual([
    expect.objectContaining({ purse: 'runtime_any', amount: '-1', reference: parts[499]?.reference }),
    expect.objectContaining({ purse: 'runtime_any', amount: '-0.5', reference: parts[500]?.reference }),
    expect.objectContaining({ purse: 'any', amount: '-0.5', reference: parts[500]?.reference }),
    expect.objectContaining({ purse: 'any', amount: '-1', reference: parts[501]?.reference }),
  ]);
  expect(await heldBy(database, organisation)).toEqual({ any: '100.5' });
});

describe('what is given back', () => {
  test('goes to where it was drawn from last, and is never more than is reserved', async () => {
    const organisation = await organisationWith(database, { runtime_any: '2', any: '5' });
    const { reference } = await take(organisation, '4');
    await back(organisation, reference, '1.5');
    expect(await heldBy(database, organisation)).toEqual({ any: '4.5' });
    expect((await spentOn(database.queries, reference)).toFixed()).toBe('2.5');
    await back(organisation, reference, '100');
    await back(organisation, reference, '100');
    expect(await heldBy(database, organisation)).toEqual({ runtime_any: '2', any: '5' });
    expect((await spentOn(database.queries, reference)).toFixed()).toBe('0');
  });

  test('is given back once, however often it is tried', async () => {
    const organisation = await organisationWith(database, { any: '5' });
    const { reference } = await take(organisation, '4');
    const idempotencyKey = randomUUID();
    await back(organisation, reference, '1', idempotencyKey);
    await back(organisation, reference, '1', idempotencyKey);
    expect(await heldBy(database, organisation)).toEqual({ any: '2' });
  });

  test('of something reserved twice is first what was reserved the second time', async () => {
    const organisation = await organisationWith(database, { runtime_any: '2', any: '9' });
    const { reference } = await take(organisation, '4');
    await back(organisation, reference, '3');
    await take(organisation, '2', execution, reference);
    // Drawn by then: 1 from runtime_any, and lately 1 more from there and 1 from any.
    await back(organisation, reference, '1.5');
    expect(await heldBy(database, organisation)).toEqual({ runtime_any: '0.5', any: '9' });
  });
});

const programs = await postgresqlPrograms();

test.skipIf(!programs)(
  `two that pay at once never spend the same credits, nor wait for each other (PostgreSQL: ${programs ?? 'not installed'})`,
  async () => {
    const server = await startPostgresql(programs!);
    try {
      const shared = await openDatabase({ url: server.url, folder: '' });
      try {
        const organisation = await organisationWith(shared, { runtime_any: '3', any: '7' });
        const results = await Promise.allSettled(
          Array.from({ length: 25 }, async () => {
            await shared.transaction(async (tx) => {
              // A row that names the organisation: it holds a lock on it that a strong one would wait for.
              await tx.execute(
                sql`insert into data (id, organisation_id, name) values (${randomUUID()}, ${organisation}, 'region')`,
              );
              await reserve(tx, {
                organisationId: organisation,
                use: execution,
                amount: '1',
                reference: randomUUID(),
                idempotencyKey: randomUUID(),
              });
            });
          }),
        );
        const refused = results.filter((result) => result.status === 'rejected');
        expect(refused.map(({ reason }) => (reason as { code: unknown }).code)).toEqual(
          Array.from({ length: 15 }, () => 'insufficient_credits'),
        );
        expect(await heldBy(shared, organisation)).toEqual({});
      } finally {
        await shared.close();
      }
    } finally {
      await server.stop();
    }
  },
);
