import { watch } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { selectRows } from '../database/index.ts';
import type { Executions } from './index.ts';
import {
  addProcess,
  ended,
  executionWhen,
  openWorld,
  removeFolder,
  temporaryFolder,
} from './testing/world.ts';
import type { World } from './testing/world.ts';

let world: World;
let engine: Executions;

beforeEach(async () => {
  world = await openWorld(await temporaryFolder());
  await mkdir(join(world.folder, 'attempts'));
  engine = await world.engine();
  engine.start();
});

afterEach(async () => {
  await engine.close();
  await world.close();
  await removeFolder(world.folder);
});

const chain = [
  { service: 'copy' },
  { service: 'sleepy', options: { seconds: 0.6 }, after: 0 },
  { service: 'copy', after: 1 },
] as const;

interface Row {
  readonly state: string;
  readonly attempts: number;
  readonly records: number;
  readonly keyed: boolean;
  readonly started_at: string;
  readonly ended_at: string;
}

const isAttempt = (name: string): boolean => name.length === 36;

const components = async () =>
  await selectRows<Row & Record<string, unknown>>(
    world.database.queries,
    sql`select state, reuse_key is not null as keyed, started_at::text, ended_at::text,
        (select count(*)::int from component_attempts where component_id = c.id) as attempts,
        (select count(*)::int from component_logs where component_id = c.id) as records
      from process_service_executions c order by chain_index`,
  );

/** Runs the chain. @returns the ids of all attempts that were ever made */
async function run(): Promise<ReadonlySet<string>> {
  const attempts = new Set<string>();
  const watcher = watch(join(world.folder, 'attempts'), (_, name) => {
    if (name && isAttempt(name)) attempts.add(name);
  });
  const processId = await addProcess(world, chain);
  await engine.execute(world.organisation, processId, world.user);
  const execution = await executionWhen(world, engine, processId, ended);
  expect(execution).toMatchObject({ success: true, progress: 100 });
  watcher.close();
  return attempts;
}

const cleanedUp = async () =>
  await expect
    .poll(async () => (await readdir(join(world.folder, 'attempts'))).filter(isAttempt), { timeout: 15_000 })
    .toEqual([]);

test('each component of a chain has one attempt, in its turn, and nothing of it stays behind', async () => {
  const attempts = await run();
  // Where the machine is slow, what stood ready may not have been taken up.
  expect(attempts.size).toBeGreaterThanOrEqual(3);
  const rows = await components();
  expect(rows.map(({ state, attempts: number, keyed }) => [state, number, keyed])).toEqual(
    rows.map(() => ['succeeded', 1, true]),
  );
  const inTurn = rows.slice(1).map((row, index) => row.started_at >= rows[index]!.ended_at);
  expect(inTurn).toEqual([true, true]);
  await cleanedUp();
});

test('a component that has begun on trial counts for nothing when the end of the one before it is undone', async ({
  skip,
}) => {
  const { sandbox } = await world.runtime.describe();
  if (sandbox === 'none')
    skip('nothing begins on trial without a sandbox, and bubblewrap does not work here');
  await world.database.queries.execute(sql`create sequence begun`);
  // A sequence counts what is undone too.
  await world.database.queries.execute(sql`
    create function undo_first() returns trigger language plpgsql as $$ begin
      if old.state = 'waiting' and new.state = 'running' and nextval('begun') = 1 then
        raise exception 'the database is out of order'; end if;
      return new; end $$`);
  await world.database.queries.execute(sql`
    create trigger undo before update on process_service_executions for each row execute function undo_first()`);
  const attempts = await run();
  const [begun] = await selectRows<{ is_called: boolean }>(
    world.database.queries,
    sql`select is_called from begun`,
  );
  expect(begun!.is_called, 'whether a trial was undone').toBe(true);
  // That of the undone trial is one of its own, and what stood ready after it may be another.
  expect(attempts.size).toBeGreaterThanOrEqual(4);
  const rows = await components();
  expect(rows.map(({ state, attempts: number, records }) => [state, number, records])).toEqual([
    ['succeeded', 1, 1],
    ['succeeded', 1, 3],
    ['succeeded', 1, 1],
  ]);
  await cleanedUp();
});
