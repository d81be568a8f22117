import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { selectRows } from '../../database/index.ts';
import { createFolderObjects } from '../../objects/index.ts';
import type { Job } from '../../runtimes/index.ts';
import { addAttempts } from '../component/index.ts';
import type { Context } from '../context.ts';
import { openResults } from '../testing/results.ts';
import type { Results } from '../testing/results.ts';
import { createScriptedRuntime } from '../testing/scripted-runtime.ts';
import type { ScriptedRuntime } from '../testing/scripted-runtime.ts';
import { cleanUp } from './clean-attempts.ts';

let results: Results;
let folder: string;
let runtime: ScriptedRuntime;
let service: Awaited<ReturnType<Results['addService']>>;
const lost = randomUUID();

beforeAll(async () => {
  results = await openResults();
  folder = await mkdtemp(join(tmpdir(), 'fusion-clean-'));
  runtime = createScriptedRuntime(lost, await createFolderObjects(folder));
  service = await results.addService({});
});
afterAll(async () => {
  await results?.close();
  await rm(folder, { recursive: true, force: true });
});

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const cleanAs = async (settings: { readonly reach: 'host' | 'cluster' }): Promise<void> => {
  const context = {
    database: results.database,
    runtime,
    nodeId: randomUUID(),
    settings: { leaseSeconds: 60, ...settings },
    log: silent,
  } as unknown as Context;
  await cleanUp(context, new AbortController().signal);
};

/** An attempt of a node that does not return, at a component that has ended, known to the runtime as a cluster knows it. */
async function leave(
  minutesAgo: number,
  { handle, state = 'failed' }: { readonly handle: string | null; readonly state?: 'failed' | 'running' },
): Promise<string> {
  const { queries } = results.database;
  const isOpen = state === 'running';
  const execution = await results.addExecution(isOpen ? { open_components: 1 } : {});
  const component = await results.addComponent(execution, service, {
    state,
    ended_at: isOpen ? null : new Date(Date.now() - minutesAgo * 60_000).toISOString(),
  });
  await addAttempts(queries, lost, [{ id: component, memory: 1 }]);
  const given = handle === null ? null : JSON.stringify({ runtime: handle });
  const [row] = await selectRows<{ id: string }>(
    queries,
    sql`update component_attempts set handle = ${given}::jsonb, state = ${isOpen ? 'running' : 'ended'},
        created_at = clock_timestamp() - make_interval(mins => ${minutesAgo}::int)
      where component_id = ${component} returning id`,
  );
  await runtime.submit({ attemptId: row!.id } as Job);
  return row!.id;
}

const isCleaned = async (id: string): Promise<boolean> => {
  const [row] = await selectRows<{ cleaned: boolean }>(
    results.database.queries,
    sql`select cleaned from component_attempts where id = ${id}`,
  );
  return row!.cleaned;
};
const isKnown = async (id: string): Promise<boolean> =>
  (await runtime.adopt()).some(({ attemptId }) => attemptId === id);

test('what a node that does not return has left on a cluster is cleaned by another after the lease', async () => {
  const old = await leave(10, { handle: 'scripted' });
  const unnamed = await leave(10, { handle: null });
  const fresh = await leave(0, { handle: 'scripted' });
  const running = await leave(10, { handle: 'scripted', state: 'running' });

  // What one machine runs is there alone, whatever another knows of it.
  await cleanAs({ reach: 'host' });
  for (const id of [old, fresh, running]) expect(await isKnown(id)).toBe(true);
  expect(await isCleaned(old)).toBe(false);

  await cleanAs({ reach: 'cluster' });
  expect(await Promise.all([old, unnamed, fresh, running].map(isCleaned))).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(await Promise.all([old, unnamed, fresh, running].map(isKnown))).toEqual([false, false, true, true]);
});

test('the attempts of another runtime are left to those that have it', async () => {
  const foreign = await leave(10, { handle: 'process' });
  runtime.crash();
  await cleanAs({ reach: 'cluster' });
  expect(await isCleaned(foreign)).toBe(false);
});
