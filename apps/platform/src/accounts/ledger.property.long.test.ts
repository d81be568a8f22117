import { randomUUID } from 'node:crypto';

import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { CallError } from '@fusion-platform/contract';

import { selectRows } from '../database/index.ts';
import type { Database } from '../database/index.ts';
import { refund, spentOn } from './refund.ts';
import { grant } from './ledger.ts';
import { ssdPurse } from './purses.ts';
import type { Purse, Use } from './purses.ts';
import { reserveMany } from './reserve.ts';
import type { Reservations } from './reserve.ts';
import { spendByMonth } from './spend.ts';
import { chargeStorage } from './storage-charges.ts';
import { openTestDatabase } from '../testing/prepared-database.ts';
import { LedgerModel } from './testing/ledger-model.ts';

const seed = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31);
const runs = Number(process.env['FC_RUNS'] ?? (process.env['FUSION_TEST_LONG'] ? 2000 : 200));
console.log(`ledger: FC_SEED=${seed} FC_RUNS=${runs}`);

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
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
  ssdPurse([clouds, elevation]),
  ssdPurse([elevation]),
  ssdPurse([water, clouds]),
];

/** The order in which each use draws, written out. */
const uses: readonly { readonly use: Use; readonly order: readonly string[] }[] = [
  { use: { kind: 'execution', ssdId: elevation }, order: [alone, both, 'runtime_any', 'any'] },
  { use: { kind: 'execution', ssdId: clouds }, order: [both, others, 'runtime_any', 'any'] },
  { use: { kind: 'execution', ssdId: water }, order: [others, 'runtime_any', 'any'] },
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
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('refund'), name, reference, micro }) },
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
/** What a day costs, rounded up to whole millionths. */
const priceOf = (bytes: number) => (BigInt(bytes) * 123_457n + 999_999_999n) / 1_000_000_000n;
const text = (value: bigint) => `${value / 1_000_000n}.${String(value % 1_000_000n).padStart(6, '0')}`;
const silent = {
  info: () => {},
  warn: () => {},
  error: (fields: object) => expect.fail(JSON.stringify(fields)),
};
const day0 = Date.UTC(2026, 0, 5);
const dayAt = (day: number) => new Date(day0 + day * 86_400_000).toISOString().slice(0, 10);

type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

/** An organisation of its own for each sequence, on the first day. */
async function begin(id: string): Promise<void> {
  await database.queries.execute(sql`
    with organisation as (
      insert into organisations (id, name, storage_charged_until) values (${id}, 'Survey', ${dayAt(0)}::timestamptz)
    ), item as (insert into data (id, organisation_id, name) values (${id}, ${id}, 'kept')
    ), file as (
      insert into data_files (id, organisation_id, data_id, file_id, file_type, file_name)
        values (${id}, ${id}, ${id}, ${id}, 'Other', 'kept'))
    ${clockAt(0)}`);
}

const clockAt = (day: number) => sql`insert into platform_keys (name, value)
  values ('clock_offset', (${`${dayAt(day)}T12:00:00Z`}::timestamptz - clock_timestamp())::text)
  on conflict (name) do update set value = excluded.value`;

/** Lets days go by, on which so many bytes were kept. */
async function goOn(id: string, day: number, bytes: number): Promise<void> {
  await database.queries.execute(
    sql`with kept as (update data_files set stored_size = ${bytes} where id = ${id}) ${clockAt(day)}`,
  );
}

async function isRefused(reservations: Reservations): Promise<boolean> {
  try {
    await database.transaction(async (tx) => await reserveMany(tx, reservations));
    return false;
  } catch (error) {
    if (error instanceof CallError && error.code === 'insufficient_credits') return true;
    throw error;
  }
}

interface Books {
  readonly refused: readonly boolean[];
  readonly purses: readonly (readonly [purse: string, credits: string])[];
  readonly below: readonly string[];
  readonly spent: readonly string[];
  readonly months: readonly (readonly [month: string, credits: string])[];
}

/** Does the same on the ledger and on the model. */
async function run(sequence: readonly Operation[]): Promise<{ found: Books; expected: Books }> {
  const model = new LedgerModel();
  const id = randomUUID();
  const references = Array.from({ length: 4 }, () => randomUUID());
  const { queries } = database;
  const refused: { found: boolean[]; expected: boolean[] } = { found: [], expected: [] };
  let today = 0;
  await begin(id);
  for (const step of sequence) {
    const month = dayAt(today).slice(0, 7);
    switch (step.kind) {
      case 'grant': {
        const idempotencyKey = `grant:${id}:${step.name}`;
        model.grant(idempotencyKey, step.purse, step.micro);
        await grant(queries, {
          organisationId: id,
          purse: step.purse,
          amount: text(step.micro),
          idempotencyKey,
        });
        break;
      }
      case 'reserve': {
        const idempotencyKey = `reserve:${id}:${step.name}`;
        const parts = step.parts.map((part) => ({ ...part, reference: references[part.reference]! }));
        refused.expected.push(!model.reserve(idempotencyKey, step.use.order, parts, month));
        refused.found.push(
          await isRefused({
            organisationId: id,
            use: step.use.use,
            idempotencyKey,
            parts: parts.map((part) => ({ reference: part.reference, amount: text(part.micro) })),
          }),
        );
        break;
      }
      case 'refund': {
        const idempotencyKey = `back:${id}:${step.name}`;
        const about = references[step.reference]!;
        model.refund(idempotencyKey, about, step.micro);
        const giving = { organisationId: id, reference: about, amount: text(step.micro), idempotencyKey };
        await database.transaction(async (tx) => await refund(tx, giving));
        break;
      }
      case 'days': {
        for (let day = today; day < today + step.days; day += 1)
          model.storage(dayAt(day).slice(0, 7), priceOf(step.bytes));
        today += step.days;
        await goOn(id, today, step.bytes);
        await chargeStorage(database, { creditsPerGbDay, log: silent });
        break;
      }
    }
  }
  const found = await booksOf(id, references, refused.found);
  // The next one must not find this one's days due.
  await queries.execute(sql`update organisations set storage_charged_until = '9999-01-01' where id = ${id}`);
  return {
    found,
    expected: {
      refused: refused.expected,
      purses: purses.map((purse) => [purse, text(model.of(purse))]),
      below: [],
      spent: references.map((about) => text(model.spentOn(about))),
      months: [...model.spend()]
        .filter(([, spent]) => spent !== 0n)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([month, spent]) => [month, text(spent)]),
    },
  };
}

async function booksOf(id: string, references: readonly string[], refused: boolean[]): Promise<Books> {
  const { queries } = database;
  const sums = await selectRows<{ purse: string; sum: string; least: string }>(
    queries,
    sql`select purse, sum(amount)::text as sum, min(running)::text as least
      from (select *, sum(amount) over (partition by purse order by id) as running
        from ledger where organisation_id = ${id}) as movements group by purse`,
  );
  const held = new Map(sums.map(({ purse, sum }) => [purse, sum]));
  const spent: string[] = [];
  for (const about of references) spent.push((await spentOn(queries, about)).toFixed(6));
  const months = await spendByMonth(queries, id);
  return {
    refused,
    purses: purses.map((purse) => [purse, held.get(purse) ?? '0.000000']),
    // Those that held less than nothing at any moment.
    below: sums.filter(({ least }) => least.startsWith('-')).map(({ purse }) => purse),
    spent,
    months: months.map(({ month, credits }) => [month, credits.toFixed(6)]),
  };
}

test('whatever is granted, reserved, given back and charged, the ledger says what a plain count says', async () => {
  let operations = 0;
  const sequences = fc.array(operation, { minLength: 1, maxLength: 16 });
  await fc.assert(
    fc.asyncProperty(sequences, async (sequence) => {
      operations += sequence.length;
      const { found, expected } = await run(sequence);
      expect(found).toEqual(expected);
    }),
    { seed, numRuns: runs },
  );
  console.log(`ledger: ${operations} operations in ${runs} sequences`);
});
