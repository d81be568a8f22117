import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { EngineModel } from '../testing/engine-model.ts';
import type { EngineEvent } from '../testing/engine-model.ts';
import { addProcess, openTestPlatform, removeFolder, temporaryFolder } from '../testing/test-platform.ts';
import type { TestPlatform } from '../testing/test-platform.ts';
import { attemptTransitions } from './attempt-transitions.ts';
import { executionTransitions } from './execution-transitions.ts';
import { componentTransitions } from './transitions.ts';

const seed = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31);
const runs = Number(process.env['FC_RUNS'] ?? (process.env['FUSION_TEST_LONG'] ? 300 : 12));
console.log(`states: FC_SEED=${seed} FC_RUNS=${runs}`);

let platform: TestPlatform;
beforeAll(async () => {
  platform = await openTestPlatform(await temporaryFolder());
  await platform.region();
  // The model says itself when outputs have been analysed.
  await platform.parts.data.close();
  const { queries } = platform.database;
  await queries.execute(sql`create table seen (machine text not null, was text, is_now text not null)`);
  await queries.execute(sql`create function see() returns trigger language plpgsql as $$ begin
      if tg_op = 'INSERT' then insert into seen values (tg_table_name, null, new.state);
      elsif new.state <> old.state then insert into seen values (tg_table_name, old.state, new.state); end if;
      return null; end $$`);
  for (const { table } of machines)
    await queries.execute(
      sql`create trigger see after insert or update on ${sql.identifier(table)} for each row execute function see()`,
    );
});
afterAll(async () => {
  await platform?.close();
  if (platform) await removeFolder(platform.folder);
});

interface Transition {
  readonly from: readonly string[];
  readonly to: string;
}

const machines: readonly {
  readonly table: string;
  readonly first: readonly string[];
  readonly drawing: Readonly<Record<string, Transition>>;
}[] = [
  { table: 'process_service_executions', first: ['waiting'], drawing: componentTransitions },
  { table: 'process_executions', first: ['unpaid', 'waiting'], drawing: executionTransitions },
  { table: 'component_attempts', first: ['preparing'], drawing: attemptTransitions },
];

const which = fc.nat(9);
const node = fc.nat(1);
const event: fc.Arbitrary<EngineEvent> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('execute' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('stop' as const) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('maintenance' as const) }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('claim' as const), node }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('restart' as const, 'crash' as const, 'loseLease' as const),
      node,
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('end' as const), which, how: fc.constant('well' as const) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('end' as const),
      which,
      how: fc.constantFrom(
        'failed' as const,
        'transient' as const,
        'outOfMemory' as const,
        'killed' as const,
        'gone' as const,
        'withoutOutput' as const,
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('report' as const), which, progress: fc.nat(100) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('begin' as const), which }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('retry' as const), which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), which }) },
);

async function expectNoOtherTransition(model: EngineModel): Promise<void> {
  const seen = await model.rows<{ machine: string; was: string | null; is_now: string }>(
    sql`select distinct machine, was, is_now from seen`,
  );
  const outside = seen.filter(({ machine, was, is_now: now }) => {
    const { first, drawing } = machines.find(({ table }) => table === machine)!;
    return was === null
      ? !first.includes(now)
      : !Object.values(drawing).some(({ from, to }) => to === now && from.includes(was));
  });
  expect(outside).toEqual([]);
}

const hasEnded = sql.raw(`in ('succeeded', 'failed', 'stopped')`);

/** What holds after every event. */
async function expectInvariants(model: EngineModel): Promise<void> {
  await expectNoOtherTransition(model);
  expect(model.runningTwice()).toEqual([]);
  const broken = await model.rows(sql`select e.id, e.state, e.open_components, c.open, c.wrong
    from process_executions e join lateral (
      select count(*) filter (where not state ${hasEnded})::int as open,
        count(*) filter (where e.state = 'succeeded' and kind = 'service' and state <> 'succeeded')::int as wrong
      from process_service_executions where process_execution_id = e.id) c on true
    where e.open_components <> c.open or (e.state ${hasEnded} and c.open > 0) or c.wrong > 0
      or (e.state in ('unpaid', 'waiting') and exists (select from process_service_executions d
        where d.process_execution_id = e.id and d.state in ('preparing', 'queued', 'running', 'publishing')))`);
  expect(broken).toEqual([]);
  const attempts = await model.rows(sql`select component_id from component_attempts
    where state in ('preparing', 'queued', 'running') group by component_id having count(*) > 1`);
  expect(attempts).toEqual([]);
  // Who waits in a queue says for what, takes no time and no progress; who runs has begun, and waits for nothing.
  const queued = await model.rows(sql`select c.id, c.state, c.queue_reason, a.state as attempt
    from process_service_executions c left join component_attempts a on a.component_id = c.id and a.number =
      (select max(number) from component_attempts b where b.component_id = c.id)
    where (c.state = 'queued') <> (c.queue_reason is not null)
      or (c.state in ('queued', 'running') and a.state <> c.state)
      or (c.state in ('running', 'publishing') and (c.started_at is null or c.started_at > clock_timestamp()))
      or (c.state = 'queued' and a.started_at is not null)
      or (c.state = 'stopped' and c.started_at is null and (c.charged <> 0 or c.runtime <> 0))`);
  expect(queued).toEqual([]);
  const outputs = await model.rows(sql`select c.id, d.id as data, count(f.id)::int as files
    from process_service_executions c, jsonb_array_elements(c.job_outputs) as output
      join data d on d.id = (output ->> 'data_id')::uuid left join data_files f on f.data_id = d.id
    where c.state = 'succeeded' group by c.id, d.id having count(f.id) <> 1`);
  expect(outputs).toEqual([]);
  await expectCharges(model);
}

/** Exactly the prices of what is open and the charges of what has ended are taken from the ledger. */
async function expectCharges(model: EngineModel): Promise<void> {
  const wrong = await model.rows(sql`select e.id, e.state, l.spent, c.due, e.charged from process_executions e
    join lateral (select coalesce(-sum(amount), 0) as spent from ledger where reference = e.id) l on true
    join lateral (select sum(case when state ${hasEnded} then charged else price end) as due
      from process_service_executions where process_execution_id = e.id) c on true
    where e.state <> 'unpaid' and (l.spent <> c.due or (e.state ${hasEnded} and e.charged <> c.due))`);
  expect(wrong).toEqual([]);
}

async function walk(process: string, history: readonly EngineEvent[]): Promise<void> {
  const model = new EngineModel(platform, process);
  try {
    await model.apply({ kind: 'execute' });
    for (const one of history) {
      await model.apply(one);
      await expectInvariants(model);
    }
    // What is under way ends: of all that has ended, the execution has ended too.
    await model.finish();
    await expectInvariants(model);
  } finally {
    await model.apply({ kind: 'stop' }).catch(() => undefined);
    await model.finish().catch(() => undefined);
    await model.removeAll().catch(() => undefined);
    await model.close();
  }
}

const parts = { retries: { lost: 2, out_of_memory: 1, transient: 1 } };
const chains = {
  'a chain': { steps: [{ service: 'sleepy' }, { service: 'gather', after: 0 }], options: {} },
  'slices and what puts them together': {
    steps: [{ service: 'copy' }],
    options: { slicing: 0.2, gather: true },
  },
} as const;

test.each(Object.entries(chains))(
  'whatever happens to %s, no state is reached but by the drawings, nothing runs twice, and each credit is charged once',
  async (_, { steps, options }) => {
    const process = await addProcess(platform, steps, { ...options, parts, price: '0.1' });
    const walked = fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 4, maxLength: 40 }), async (history) => {
        await walk(process, history);
      }),
      { seed, numRuns: runs, endOnFailure: true },
    );
    await expect(walked).resolves.toBeUndefined();
  },
);
