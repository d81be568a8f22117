import { randomUUID } from 'node:crypto';

import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { CallError } from '@fusion-platform/contract';

import { openDatabase, selectRows } from '../database/index.ts';
import type { Database } from '../database/index.ts';
import { presentCredit } from './credit.ts';
import { giveBack, spentOn } from './give-back.ts';
import { grant } from './ledger.ts';
import { ssdPurse } from './purses.ts';
import type { Purse, Use } from './purses.ts';
import { reserveMany } from './reserve.ts';
import { spendByMonth } from './spend.ts';
import { chargeStorage } from './storage-charges.ts';
import { LedgerModel } from './testing/ledger-model.ts';

const seed = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31);
const runs = Number(process.env['FC_RUNS'] ?? 3000);
console.log(`ledger: FC_SEED=${seed} FC_RUNS=${runs}`);

let database: Database;
beforeAll(async () => {
  database = await openDatabase({ folder: 'memory://' });
});
afterAll(async () => {
  await database?.close();
});

const [elevation, clouds, water] = [
  '00000000-0000-4000-8000-00000000000a',
  '00000000-0000-4000-8000-00000000000b',
  '00000000-0000-4000-8000-00000000000c',
];
const both = `ssds:${elevation},${clouds}`;
const alone = `ssds:${elevation}`;
const others = `ssds:${clouds},${water}`;
const purses: readonly Purse[] = [
  'any',
  'runtime_any',
  'cloud_storage',
  'registry_storage',
  ssdPurse([clouds!, elevation!]),
  ssdPurse([elevation!]),
  ssdPurse([water!, clouds!]),
];

/** The order in which each use draws, written out. */
const uses: readonly { readonly use: Use; readonly order: readonly string[] }[] = [
  { use: { kind: 'execution', ssdId: elevation! }, order: [alone, both, 'runtime_any', 'any'] },
  { use: { kind: 'execution', ssdId: clouds! }, order: [both, others, 'runtime_any', 'any'] },
  { use: { kind: 'execution', ssdId: water! }, order: [others, 'runtime_any', 'any'] },
  { use: { kind: 'upload' }, order: ['cloud_storage', 'any'] },
];

const micro = fc.oneof(
  { weight: 6, arbitrary: fc.bigInt({ min: 0n, max: 60_000_000n }) },
  { weight: 3, arbitrary: fc.bigInt({ min: 0n, max: 60n }).map((credits) => credits * 1_000_000n) },
  // As many digits as the ledger has room for: a sum that passed through a double would come out wrong.
  { weight: 1, arbitrary: fc.bigInt({ min: 10n ** 20n, max: 10n ** 21n }) },
);
/** Few of them, so that what is done is often done to the same thing, and done twice. */
const name = fc.nat(5);
const reference = fc.nat(3);

const operation = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('grant'), name, purse: fc.constantFrom(...purses), micro }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('reserve'),
      name,
      use: fc.constantFrom(...uses),
      parts: fc.array(fc.record({ reference, micro }), { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('giveBack'), name, reference, micro }) },
  {
    weight: 2,
    // From one day to months at once; from 1 byte to 20 GB.
    arbitrary: fc.record({
      kind: fc.constant('days'),
      days: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 20, max: 70 })),
      bytes: fc.oneof(
        fc.nat(3_000_000),
        fc.nat(2_000_000_000).map((ten) => ten * 10),
      ),
    }),
  },
);

const creditsPerGbDay = '0.123457';
/** Of a byte and a day, in millionths of a millionth of a credit… of a thousandth: rounded up to whole millionths. */
const priceOf = (bytes: number) => (BigInt(bytes) * 123_457n + 999_999_999n) / 1_000_000_000n;
const text = (value: bigint) => `${value / 1_000_000n}.${String(value % 1_000_000n).padStart(6, '0')}`;
const day0 = Date.UTC(2026, 0, 5);
const dayAt = (day: number) => new Date(day0 + day * 86_400_000).toISOString().slice(0, 10);

test('whatever is granted, reserved, given back and charged, each purse holds what a plain count says', async () => {
  const silent = {
    info: () => {},
    warn: () => {},
    error: (fields: object) => expect.fail(JSON.stringify(fields)),
  };
  let operations = 0;
  const property = fc.asyncProperty(
    fc.array(operation, { minLength: 1, maxLength: 16 }),
    async (sequence) => {
      const model = new LedgerModel();
      const id = randomUUID();
      const references = Array.from({ length: 4 }, () => randomUUID());
      const { queries } = database;
      let today = 0;
      const moveClock = async () => {
        await queries.execute(
          sql`insert into platform_keys (name, value)
          values ('clock_offset', (${`${dayAt(today)}T12:00:00Z`}::timestamptz - clock_timestamp())::text)
          on conflict (name) do update set value = excluded.value`,
        );
      };
      await moveClock();
      await queries.execute(sql`insert into organisations (id, name) values (${id}, 'Survey')`);
      await queries.execute(sql`insert into data (id, organisation_id, name) values (${id}, ${id}, 'kept')`);
      await queries.execute(
        sql`insert into data_files (id, organisation_id, data_id, file_id, file_type, file_name, stored_size)
        values (${id}, ${id}, ${id}, ${id}, 'Other', 'kept', 0)`,
      );
      await chargeStorage(database, { creditsPerGbDay, log: silent });

      for (const step of sequence) {
        operations += 1;
        const month = dayAt(today).slice(0, 7);
        switch (step.kind) {
          case 'grant': {
            const once = `grant:${id}:${step.name}`;
            model.grant(once, step.purse, step.micro);
            await grant(queries, { organisationId: id, purse: step.purse, amount: text(step.micro), once });
            break;
          }
          case 'reserve': {
            const once = `reserve:${id}:${step.name}`;
            const parts = step.parts.map((part) => ({
              reference: references[part.reference]!,
              micro: part.micro,
            }));
            const enough = model.reserve(once, step.use.order, parts, month);
            const done = await database
              .transaction(
                async (tx) =>
                  await reserveMany(tx, {
                    organisationId: id,
                    use: step.use.use,
                    once,
                    parts: parts.map((part) => ({ reference: part.reference, amount: text(part.micro) })),
                  }),
              )
              .then(
                () => true,
                (error: unknown) => {
                  if (!(error instanceof CallError && error.code === 'insufficient_credits')) throw error;
                  return false;
                },
              );
            expect(done).toBe(enough);
            break;
          }
          case 'giveBack': {
            const once = `back:${id}:${step.name}`;
            const about = references[step.reference]!;
            const before = model.spentOn(about);
            const back = model.giveBack(once, about, step.micro);
            await database.transaction(
              async (tx) =>
                await giveBack(tx, { organisationId: id, reference: about, amount: text(step.micro), once }),
            );
            expect((await spentOn(queries, about)).toFixed(6)).toBe(text(before - back));
            break;
          }
          case 'days': {
            for (let day = today; day < today + step.days; day += 1)
              model.storage(dayAt(day).slice(0, 7), priceOf(step.bytes));
            today += step.days;
            await moveClock();
            await queries.execute(sql`update data_files set stored_size = ${step.bytes} where id = ${id}`);
            await chargeStorage(database, { creditsPerGbDay, log: silent });
            break;
          }
        }
        const sums = await selectRows<{ purse: string; sum: string }>(
          queries,
          sql`select purse, sum(amount)::text as sum from ledger where organisation_id = ${id} group by purse`,
        );
        const held = new Map(sums.map(({ purse, sum }) => [purse, sum]));
        for (const purse of purses) {
          expect(model.of(purse) >= 0n).toBe(true);
          expect(held.get(purse) ?? '0.000000').toBe(text(model.of(purse)));
        }
      }

      for (const about of references)
        expect((await spentOn(queries, about)).toFixed(6)).toBe(text(model.spentOn(about)));
      const spend = await spendByMonth(queries, id);
      expect(spend.map(({ month, credits }) => [month, credits.toFixed(6)])).toEqual(
        [...model.spend()]
          .filter(([, spent]) => spent !== 0n)
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .map(([month, spent]) => [month, text(spent)]),
      );
      const shown = await presentCredit(queries, id);
      expect(shown.any_credits).toBe(Number(text(model.of('any'))));
      expect(shown.runtime_ssds).toEqual(
        [
          { ssds: [elevation, clouds], credits: Number(text(model.of(both))) },
          { ssds: [elevation], credits: Number(text(model.of(alone))) },
          { ssds: [clouds, water], credits: Number(text(model.of(others))) },
        ]
          .filter(({ credits }) => credits > 0)
          .toSorted((a, b) => (a.ssds.join(',') < b.ssds.join(',') ? -1 : 1)),
      );
      // The next one must not find this one's days due.
      await queries.execute(sql`delete from data where id = ${id}`);
      await queries.execute(sql`delete from organisations where id = ${id}`);
    },
  );
  await fc.assert(property, { seed, numRuns: runs });
  console.log(`ledger: ${operations} operations in ${runs} sequences`);
}, 600_000);
