import { randomUUID } from 'node:crypto';

import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { selectRows } from '../../database/index.ts';
import type { Context } from '../context.ts';
import { addAttempts } from '../component/index.ts';
import { openResults } from '../testing/results.ts';
import type { Results } from '../testing/results.ts';
import { mostOvertaken } from './choose-components.ts';
import { claimLeft, claimWaiting } from './claim.ts';

let results: Results;
beforeAll(async () => {
  results = await openResults();
});
afterAll(async () => await results.close());

const service = { ssdId: randomUUID(), serviceId: randomUUID() };

test('a component that does not fit is overtaken as often as may be, and then the next to begin', async () => {
  const { database } = results;
  const execution = await results.addExecution({ open_components: 100 });
  let index = 0;
  const add = async (name: string, memory: number, state: 'running' | 'waiting'): Promise<string> =>
    await results.addComponent(execution, service, {
      chain_index: index++,
      name,
      memory,
      state,
      runnable: true,
      ended_at: null,
    });
  const holder = await add('holder', 600, 'running');
  const nodeId = randomUUID();
  await addAttempts(database.queries, nodeId, [{ id: holder, memory: 600 }]);
  const large = await add('large', 800, 'waiting');
  for (let count = 0; count < mostOvertaken + 10; count += 1) await add(`small ${count}`, 100, 'waiting');

  const settings = { slots: 4, memoryMb: 1000, leaseSeconds: 60 };
  const context = { database, nodeId, settings } as unknown as Context;
  const claim = async (): Promise<readonly string[]> =>
    await database.transaction(async (tx) => await claimWaiting(tx, context));
  const end = async (ids: readonly string[]): Promise<void> => {
    for (const id of ids)
      await database.queries.execute(
        sql`update process_service_executions set state = 'succeeded' where id = ${id}`,
      );
  };
  const begun: string[] = [];
  for (let ids = await claim(); ids.length > 0; ids = await claim()) {
    begun.push(...ids);
    await end(ids);
  }
  expect(begun).toHaveLength(mostOvertaken);
  expect(begun).not.toContain(large);
  const [row] = await selectRows<{ overtaken: number }>(
    database.queries,
    sql`select overtaken from process_service_executions where id = ${large}`,
  );
  expect(row!.overtaken).toBe(mostOvertaken);
  await end([holder]);
  const next = await claim();
  expect(next[0]).toBe(large);
  expect(next).toHaveLength(3);
});

test('a node counts what it runs itself, and leaves services that it has not to others', async () => {
  const { database } = results;
  const execution = await results.addExecution({ open_components: 100 });
  let index = 0;
  const add = async (serviceId: string, state: 'running' | 'waiting'): Promise<string> =>
    await results.addComponent(
      execution,
      { ssdId: service.ssdId, serviceId },
      { chain_index: index++, memory: 100, state, runnable: true, ended_at: null },
    );
  const [nodeId, other, here, elsewhere] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  const running = await add(here, 'running');
  await addAttempts(database.queries, other, [{ id: running, memory: 100 }]);
  const foreign = await add(elsewhere, 'waiting');
  const own = await add(here, 'waiting');
  const claimOf = async (node: string, services: readonly string[]): Promise<readonly string[]> => {
    const settings = { slots: 1, memoryMb: 1000, leaseSeconds: 60, services };
    const context = { database, nodeId: node, settings } as unknown as Context;
    return await database.transaction(async (tx) => await claimWaiting(tx, context));
  };
  expect(await claimOf(other, [here, elsewhere])).toEqual([]);
  const claimed = await claimOf(nodeId, [here]);
  expect(claimed).not.toContain(foreign);
  expect(claimed).toEqual([own]);
});

test('a service that is nowhere any more is found out by the first node that comes; what another node has is left to it, but to end', async () => {
  const { database } = results;
  const context = {
    database,
    nodeId: randomUUID(),
    settings: { slots: 10, memoryMb: 1000, leaseSeconds: 60, services: [] },
  } as unknown as Context;
  const gone = await results.addService({ name: 'Gone' });
  const there = await results.addService({ name: 'There' });
  await database.queries.execute(sql`update services set present = false where id = ${gone.serviceId}`);
  const execution = await results.addExecution({ open_components: 3, state: 'running', ended_at: null });
  const fields = { memory: 1, runnable: true, ended_at: null } as const;
  const lost = await results.addComponent(execution, gone, { ...fields, chain_index: 0, state: 'waiting' });
  const left = await results.addComponent(execution, there, { ...fields, chain_index: 1, state: 'running' });
  await database.queries.execute(
    sql`update process_service_executions set lease_owner = ${randomUUID()}, lease_until = now() - interval '1 hour' where id = ${left}`,
  );
  expect(await database.transaction(async (tx) => await claimWaiting(tx, context))).toContain(lost);
  expect(await claimLeft(context, [])).not.toContain(left);
  await database.queries.execute(
    sql`update process_executions set state = 'stopping' where id = ${execution}`,
  );
  expect(await claimLeft(context, [])).toContain(left);
});
