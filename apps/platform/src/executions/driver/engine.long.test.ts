import { randomUUID } from 'node:crypto';

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import type { Data } from '../../data/index.ts';
import { createExecutions } from '../executions.ts';
import type { Executions } from '../executions.ts';
import { createScriptedRuntime } from '../testing/scripted-runtime.ts';
import type { ScriptedRuntime } from '../testing/scripted-runtime.ts';
import {
  addProcess,
  ended,
  executionWhen,
  moveClock,
  openTestPlatform,
  removeFolder,
  temporaryFolder,
} from '../testing/test-platform.ts';
import type { TestPlatform } from '../testing/test-platform.ts';

let platform: TestPlatform;
let engine: Executions | undefined;
let open = Promise.withResolvers<void>();

beforeAll(async () => {
  platform = await openTestPlatform(await temporaryFolder());
});

afterEach(async () => {
  open.resolve();
  await engine?.close();
  engine = undefined;
  open = Promise.withResolvers<void>();
});

afterAll(async () => {
  await platform.close();
  await removeFolder(platform.folder);
});

/** An engine whose attempts end well as soon as they are asked after. */
async function startEngine(change: {
  readonly runtime?: Partial<ScriptedRuntime>;
  readonly data?: Partial<Data>;
}): Promise<Executions> {
  const nodeId = randomUUID();
  const runtime = createScriptedRuntime(nodeId, platform.parts.objects);
  const executions = await createExecutions({
    ...platform.parts,
    data: { ...platform.parts.data, ...change.data },
    runtime: {
      ...runtime,
      observe: async (requests) => {
        for (const { handle } of requests) runtime.end(handle.attemptId, 'well');
        return await runtime.observe(requests);
      },
      ...change.runtime,
    },
    settings: {
      attemptsFolder: platform.folder,
      slots: 2,
      memoryMb: 8192,
      groupExecutions: 4,
      warningDays: 7,
      stopDelaySeconds: 1,
      environment: {},
      resyncSeconds: 1,
      nodeId,
    },
  });
  executions.start();
  return (engine = executions);
}

/** A chain of two, begun now. @returns how it ended */
async function runChain(executions: Executions) {
  const process = await addProcess(platform, [{ service: 'copy' }, { service: 'copy', after: 0 }]);
  await executions.execute(platform.organisation, process, platform.user);
  return await executionWhen(platform, executions, process, ended);
}

test('components start and finish while cleaning up after attempts takes its time', async () => {
  const begun = Promise.withResolvers<void>();
  const executions = await startEngine({
    runtime: {
      adopt: async () => {
        begun.resolve();
        await open.promise;
        return [];
      },
    },
  });
  await begun.promise;
  expect(await runChain(executions)).toMatchObject({ success: true });
});

test('components start and finish while a run that is due is being prepared', async () => {
  const begun = Promise.withResolvers<void>();
  let isFirst = true;
  const executions = await startEngine({
    data: {
      contentsOf: async (...rest) => {
        if (isFirst) {
          isFirst = false;
          begun.resolve();
          await open.promise;
        }
        return await platform.parts.data.contentsOf(...rest);
      },
    },
  });
  const due = await addProcess(platform, [{ service: 'copy' }], {
    start: new Date(Date.now() + 3_600_000).toISOString(),
  });
  await executions.execute(platform.organisation, due, platform.user);
  await moveClock(platform, '1 hour');
  await begun.promise;
  expect(await runChain(executions)).toMatchObject({ success: true });
  open.resolve();
  expect(await executionWhen(platform, executions, due, ended)).toMatchObject({ success: true });
});
