import { randomUUID } from 'node:crypto';

import { asc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { tables } from '../../database/index.ts';
import { openResults } from '../testing/results.ts';
import type { Results } from '../testing/results.ts';
import { finderOf } from './find.ts';

const { processExecutions, processServiceExecutions, componentMetrics } = tables;

let results: Results;
const executions: string[] = [];
const components: string[] = [];

beforeAll(async () => {
  results = await openResults();
  const service = await results.addService({});
  for (let number = 0; number < 3; number += 1) {
    const execution = await results.addExecution();
    executions.push(execution);
    for (let index = 0; index < number + 1; index += 1) {
      const component = await results.addComponent(execution, service, { chain_index: index, price: '0.1' });
      components.push(component);
      const samples = Array.from({ length: index }, (_, at) => ({
        component_id: component,
        attempt: 1,
        sample: { sampled_at: `2026-03-01T09:01:0${at}.000000+00:00`, memory: at + index } as never,
      }));
      if (samples.length > 0) await results.database.queries.insert(componentMetrics).values(samples);
    }
  }
});
afterAll(async () => await results.close());

const rowOf = async (table: typeof processExecutions | typeof processServiceExecutions, id: string) =>
  (await results.database.queries.select().from(table).where(eq(table.id, id)))[0];
/** Of a row what was read of it. */
const partOf = (row: object | undefined, read: object | undefined) =>
  row && Object.fromEntries(Object.keys(read ?? row).map((key) => [key, Reflect.get(row, key)]));
const samplesOf = async (id: string) =>
  (
    await results.database.queries
      .select()
      .from(componentMetrics)
      .where(eq(componentMetrics.component_id, id))
      .orderBy(asc(componentMetrics.seq))
  ).map(({ sample }) => sample);

describe('What is asked for at the same time', () => {
  test('is each what its own statement gives, and nothing for what another organisation has', async () => {
    const { organisation } = results;
    const finder = finderOf(results.database.queries);
    const foreign = randomUUID();
    const ids = [...components, components[0]!, randomUUID()];
    const [found, hidden, whole] = await Promise.all([
      Promise.all(ids.map(async (id) => await finder.component({ organisation, id }))),
      Promise.all(components.map(async (id) => await finder.component({ organisation: foreign, id }))),
      Promise.all(executions.map(async (id) => await finder.execution({ organisation, id }))),
    ]);
    for (const [index, id] of ids.entries()) {
      const row = await rowOf(processServiceExecutions, id);
      expect(found[index]?.component).toEqual(partOf(row, found[index]?.component));
      expect(found[index]?.samples).toEqual(row && (await samplesOf(id)));
    }
    expect(hidden.every((each) => each === undefined)).toBe(true);
    for (const [index, id] of executions.entries())
      expect(whole[index]).toEqual(partOf(await rowOf(processExecutions, id), whole[index]));
    expect(Object.keys(found[0]!.component)).toEqual(
      expect.arrayContaining(['state', 'options', 'end_reason']),
    );
    expect(Object.keys(whole[0]!)).toEqual(expect.arrayContaining(['state', 'options', 'open_components']));
    const others = await Promise.all(
      executions.map(async (id) => await finder.execution({ organisation: foreign, id })),
    );
    expect(others).toEqual([undefined, undefined, undefined]);
  });

  test('tells of the execution of a component what the component shows of it', async () => {
    const { organisation } = results;
    const service = await results.addService({});
    const [user] = await results.database.queries.select({ id: tables.users.id }).from(tables.users).limit(1);
    const execution = await results.addExecution({
      started_at: '2026-02-28T09:00:00.000000+00:00',
      stopped_by: user!.id,
    });
    const states = [
      { state: 'failed' },
      { state: 'stopped' },
      { state: 'stopped', started_at: null },
      { state: 'waiting', started_at: null, ended_at: null },
      { state: 'succeeded' },
      { state: 'running', ended_at: null },
    ] as const;
    const row = await rowOf(processExecutions, execution);
    for (const [chain_index, values] of states.entries()) {
      const id = await results.addComponent(execution, service, { chain_index, ...values });
      const found = await finderOf(results.database.queries).component({ organisation, id });
      const whole = partOf(row, found!.execution);
      // Who stopped it is a reason of what did not end well alone.
      const own = { ...whole, started_at: found!.component.started_at, stopped_by: null };
      expect(found!.execution).toEqual(chain_index < 4 ? whole : own);
    }
  });

  test('is each its own page of components, from either end', async () => {
    const { organisation } = results;
    const finder = finderOf(results.database.queries);
    const pages = executions.flatMap((id) =>
      [true, false].flatMap((reverse) => [1, 2, 100].map((limit) => ({ organisation, id, reverse, limit }))),
    );
    const found = await Promise.all(pages.map(async (page) => await finder.executionWithComponents(page)));
    for (const [index, { id, reverse, limit }] of pages.entries()) {
      const all = await results.database.queries
        .select()
        .from(processServiceExecutions)
        .where(eq(processServiceExecutions.process_execution_id, id))
        .orderBy(asc(processServiceExecutions.chain_index));
      const rows = (reverse ? all.toReversed() : all).slice(0, limit);
      const part = found[index]!;
      expect(part.execution).toEqual(partOf(await rowOf(processExecutions, id), part.execution));
      expect(part.components.map(({ component }) => component)).toEqual(
        rows.map((row, at) => partOf(row, part.components[at]?.component)),
      );
      for (const { component, samples } of found[index]!.components)
        expect(samples).toEqual(await samplesOf(component.id));
    }
    const foreign = { ...pages[0]!, organisation: randomUUID() };
    expect(await finder.executionWithComponents(foreign)).toBeUndefined();
  });

  test('tells of an execution without components that it has none', async () => {
    const id = await results.addExecution();
    const page = { organisation: results.organisation, id, reverse: false, limit: 10 };
    expect(await finderOf(results.database.queries).executionWithComponents(page)).toMatchObject({
      execution: { id },
      components: [],
    });
  });
});
