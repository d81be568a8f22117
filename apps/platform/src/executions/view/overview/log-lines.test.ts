import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { selectRows } from '../../../database/index.ts';
import { insertLogs } from '../../records/index.ts';
import { openResults } from '../../testing/results.ts';
import type { Results } from '../../testing/results.ts';
import { readLog } from './log-lines.ts';
import { LogPlaces } from './log-places.ts';

let results: Results;
let service: Awaited<ReturnType<Results['addService']>>;

beforeAll(async () => {
  results = await openResults();
  service = await results.addService({});
});

afterAll(async () => await results?.close());

const append = async (component: string, lines: readonly string[]): Promise<void> =>
  await insertLogs(
    results.database.queries,
    component,
    1,
    lines.map((message) => ({ loggedAt: new Date().toISOString(), stream: 'stdout', message })),
  );

test('a log that grows is read and searched as it is, wherever it was read before', async () => {
  const added = fc.record({ count: fc.integer({ min: 1, max: 700 }) });
  const read = fc.record({
    from: fc.option(fc.integer({ min: 0, max: 4000 }), { nil: undefined }),
    limit: fc.integer({ min: 1, max: 60 }),
    text: fc.constantFrom(undefined, undefined, '7', '00', 'line 1'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(added, read), { minLength: 5, maxLength: 25 }), async (steps) => {
      const component = await results.addComponent(await results.addExecution(), service);
      const other = await results.addComponent(await results.addExecution(), service);
      const places = new LogPlaces();
      const all: string[] = [];
      for (const step of steps) {
        if ('count' in step) {
          const lines = Array.from({ length: step.count }, (_, i) => `line ${all.length + i}`);
          await append(component, lines);
          await append(other, lines.slice(0, 3));
          all.push(...lines);
          continue;
        }
        const { queries } = results.database;
        const answer = await readLog(queries, results.organisation, component, step, places);
        const matching = all.flatMap((line, place) => (line.includes(step.text ?? '') ? [place] : []));
        const from = Math.max(0, Math.min(step.from ?? matching.length - step.limit, matching.length));
        const wanted = matching.slice(from, from + step.limit);
        expect(answer.records.map(({ message }) => message)).toEqual(wanted.map((place) => all[place]));
        expect(answer).toMatchObject({ total: matching.length, from, lines: wanted });
      }
    }),
    { numRuns: process.env['FUSION_TEST_LONG'] ? 100 : 15 },
  );
});

test('a mark is never far before any line, and each says where its line is', async () => {
  const { queries } = results.database;
  const component = await results.addComponent(await results.addExecution(), service);
  const parts = [1, 2500, 1, 998, 500, 500, 500, 7, 1000, 999];
  for (const count of parts)
    await append(
      component,
      Array.from({ length: count }, (_, i) => `line ${i}`),
    );
  const all = await selectRows<{ seq: number }>(
    queries,
    sql`select seq::float8 from component_logs where component_id = ${component} order by seq`,
  );
  const marks = await selectRows<{ line: number; seq: number }>(
    queries,
    sql`select line::float8, seq::float8 from component_log_marks where component_id = ${component} order by line`,
  );
  expect(marks.map(({ seq }) => seq)).toEqual(marks.map(({ line }) => all[line]?.seq));
  expect(marks[0]?.line).toBe(0);
  const ends = [...marks.slice(1).map(({ line }) => line), all.length];
  const most = 1000 + Math.max(...parts);
  expect(ends.map((end, i) => end - marks[i]!.line).filter((gap) => gap > most)).toEqual([]);
});

test('a look at the end of a long log, just started, reads none of what is before', async () => {
  const { queries } = results.database;
  const component = await results.addComponent(await results.addExecution(), service);
  for (let i = 0; i < 10; i += 1)
    await append(
      component,
      Array.from({ length: 500 }, (_, n) => `line ${i * 500 + n}`),
    );
  const before = await rowsRead();
  const { total, records } = await readLog(
    queries,
    results.organisation,
    component,
    { limit: 10 },
    new LogPlaces(),
  );
  expect(total).toBe(5000);
  expect(records.at(-1)?.message).toBe('line 4999');
  const read = (await rowsRead()) - before;
  expect(read).toBeGreaterThan(0);
  expect(read).toBeLessThan(1500);
});

/** So many rows of logs has this database read since it was opened. */
async function rowsRead(): Promise<number> {
  const { queries } = results.database;
  // What was read is told at the end of a statement that comes after this one.
  await queries.execute(sql`select pg_stat_force_next_flush()`);
  const [row] = await selectRows<{ read: number }>(
    queries,
    sql`select idx_tup_read::float8 as read from pg_stat_all_indexes where indexrelname = 'component_logs_component'`,
  );
  return row!.read;
}
