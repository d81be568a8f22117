import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';

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

/** `seconds` ago: of lines of the last seconds it is not certain yet that none comes between them. */
async function append(component: string, lines: readonly string[], seconds: number): Promise<void> {
  await results.database.queries.execute(
    sql`insert into component_logs (component_id, attempt, stream, logged_at, created_at, message)
      select ${component}, 1, 'stdout', now(), clock_timestamp() - ${seconds} * interval '1 second', message
      from unnest(${sql.param([...lines])}::text[]) with ordinality as line (message, n) order by n`,
  );
}

test('a log that grows is read and searched as it is, wherever it was read before', async () => {
  const append1 = fc.record({
    count: fc.integer({ min: 1, max: 300 }),
    seconds: fc.constantFrom(3600, 60, 0),
  });
  const read = fc.record({
    from: fc.option(fc.integer({ min: 0, max: 1500 }), { nil: undefined }),
    limit: fc.integer({ min: 1, max: 60 }),
    text: fc.constantFrom(undefined, '7', 'line 1'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(append1, read), { minLength: 5, maxLength: 25 }), async (steps) => {
      const component = await results.addComponent(await results.addExecution(), service);
      const other = await results.addComponent(await results.addExecution(), service);
      const places = new LogPlaces();
      const all: string[] = [];
      let old = 3600;
      for (const step of steps) {
        if ('count' in step) {
          const lines = Array.from({ length: step.count }, (_, i) => `line ${all.length + i}`);
          old = Math.min(old, step.seconds);
          await append(component, lines, old);
          await append(other, lines.slice(0, 3), old);
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

test('the second look at a long log passes over few lines: what was read before says where they are', async () => {
  const component = await results.addComponent(await results.addExecution(), service);
  const lines = Array.from({ length: 3000 }, (_, i) => `line ${i}`);
  await append(component, lines, 3600);
  const places = new LogPlaces();
  const { queries } = results.database;
  const read = async (from: number): Promise<readonly (string | null | undefined)[]> =>
    (await readLog(queries, results.organisation, component, { from, limit: 5 }, places)).records.map(
      ({ message }) => message,
    );
  await read(1500);
  const known = places.of(JSON.stringify([component, null]));
  expect(known.settled.lines).toBe(3000);
  expect([...known.anchors.keys()]).toEqual([1500, 1504]);
  expect(await read(1510)).toEqual(lines.slice(1510, 1515));
  expect(await read(1490)).toEqual(lines.slice(1490, 1495));
});
