import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { openResults } from '../testing/results.ts';
import type { Results } from '../testing/results.ts';
import { createSampleReader } from './sample-reader.ts';
import { executionsWithComponents } from './statements.ts';

let results: Results;
beforeAll(async () => {
  results = await openResults();
});
afterAll(async () => await results?.close());

test('what is new of the samples is read, and nothing twice', async () => {
  const { queries } = results.database;
  const service = await results.addService({});
  const execution = await results.addExecution();
  const [first, second] = [
    await results.addComponent(execution, service, { chain_index: 0 }),
    await results.addComponent(execution, service, { chain_index: 1 }),
  ];
  const sample = async (component: string, cpu: number): Promise<void> =>
    void (await queries.execute(
      sql`insert into component_metrics (component_id, attempt, sample) values (${component}, 1, ${JSON.stringify({ cpu })}::jsonb)`,
    ));
  const read = createSampleReader(queries);
  expect(await read([])).toEqual(new Map());
  expect(await read([first, second])).toEqual(
    new Map([
      [first, []],
      [second, []],
    ]),
  );
  for (const cpu of [1, 2, 3]) await sample(first, cpu);
  await sample(second, 4);
  const all = await read([first, second]);
  const page = { reverse: false, limit: 10 };
  const [judge] = await executionsWithComponents(queries, results.organisation, page, [execution]);
  expect([...all.values()]).toEqual(judge!.components.map(({ samples }) => samples));
  expect(all.get(first)).toHaveLength(3);

  // What was read is not asked for again: it may be gone.
  await queries.execute(sql`delete from component_metrics`);
  await sample(first, 5);
  const later = await read([first, second]);
  expect(later.get(first)).toEqual([...all.get(first)!, { cpu: 5 }]);
  expect(later.get(second)).toBe(all.get(second));
});
