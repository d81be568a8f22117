import { sql } from 'drizzle-orm';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

import { hasEnded } from '../component/index.ts';
import { componentTransitions } from '../component/transitions.ts';
import type { Executions } from '../index.ts';
import { startEngine } from '../testing/start-engine.ts';
import { addProcess, ended, executionWhen, moveClock } from '../testing/test-platform.ts';
import type { TestPlatform } from '../testing/test-platform.ts';

let platform: TestPlatform;
let executions: Executions;
let maker: { readonly process: string; readonly execution: string; readonly output: string };
let user: { readonly process: string; readonly execution: string };

beforeAll(async () => {
  const started = await startEngine({ resyncSeconds: 0.2, warningDays: 0 });
  ({ platform, executions } = started);
  return started.close;
});

/** One execution has made what another one takes, which does not end by itself. */
beforeEach(async () => {
  const { organisation } = platform;
  const process = await addProcess(platform, [{ service: 'copy' }]);
  await executions.execute(organisation, process, platform.user);
  const made = await executionWhen(platform, executions, process, ended);
  const { list } = await executions.components(organisation, made.id, {});
  maker = { process, execution: made.id, output: list[0]!.outputs![0]! };

  const taking = await addProcess(platform, [{ service: 'endless' }]);
  const { inputs } = await platform.parts.processes.get(organisation, taking);
  await platform.parts.processes.update(organisation, taking, {
    inputs: inputs!.map((input) => ({ ...input, id: maker.output })),
  });
  await executions.execute(organisation, taking, platform.user);
  const { id } = await executionWhen(platform, executions, taking, () => true);
  user = { process: taking, execution: id };
});
afterEach(async () => {
  await executions.stop(platform.organisation, user.process, platform.user);
  await executionWhen(platform, executions, user.process, ended);
});

const named = (): RegExp => new RegExp(`is an input of the execution ${user.execution} of "Test"`);

test('what an execution that has not ended takes is not deleted, with its execution or its process', async () => {
  const { organisation } = platform;
  const { signal } = new AbortController();
  await expect(executions.remove(organisation, maker.execution)).rejects.toThrow(named());
  await expect(executions.removeProcess(organisation, maker.process, platform.user, signal)).rejects.toThrow(
    named(),
  );
  expect(await platform.parts.data.get(organisation, maker.output)).toMatchObject({ id: maker.output });

  await executions.stop(organisation, user.process, platform.user);
  await executionWhen(platform, executions, user.process, ended);
  await executions.remove(organisation, maker.execution);
  await expect(platform.parts.data.get(organisation, maker.output)).rejects.toThrow('There is no data item');
  await expect(executions.retry(organisation, user.execution, platform.user)).rejects.toThrow(
    new RegExp(`${maker.output} of an input has been deleted`),
  );
});

test('its time of deletion over, it stays until the other has ended', async () => {
  const { organisation } = platform;
  await moveClock(platform, '40 days');
  const isThere = async (): Promise<boolean> =>
    await platform.parts.data.get(organisation, maker.output).then(
      () => true,
      () => false,
    );
  // Another one that is over goes with the next look: by then this one was looked at.
  const other = await addProcess(platform, [{ service: 'copy' }]);
  await executions.execute(organisation, other, platform.user);
  const { id } = await executionWhen(platform, executions, other, ended);
  await platform.database.queries.execute(
    sql`update process_executions set delete_expiry = now(), delete_expiry_chosen = true where id = ${id}`,
  );
  await expect.poll(async () => (await executions.list(organisation, other, {})).list.length).toBe(0);
  expect(await isThere()).toBe(true);
  await executions.stop(organisation, user.process, platform.user);
  await executionWhen(platform, executions, user.process, ended);
  await expect.poll(isThere).toBe(false);
});

test('data that was uploaded stays too, whatever its process takes by now', async () => {
  await platform.database.queries.execute(sql`delete from data_uses where process_id = ${user.process}`);
  await platform.database.queries.execute(
    sql`update data set execution_id = null where id = ${maker.output}`,
  );
  await expect(platform.parts.data.remove(platform.organisation, maker.output)).rejects.toThrow(named());
});

const states = [...new Set(Object.values(componentTransitions).flatMap(({ from, to }) => [...from, to]))];

test.each(states)('what a component in the state %s takes is kept until that has ended', async (state) => {
  let answer = '';
  const undone = new Error('undone');
  const looked = platform.database.transaction(async (tx) => {
    await tx.execute(sql`update process_service_executions set state = ${state}
      where process_execution_id = ${user.execution}`);
    answer = await platform.parts.data.refuseRemoval(tx, maker.execution).then(
      () => 'it may go',
      (error: Error) => error.message,
    );
    throw undone;
  });
  await expect(looked).rejects.toBe(undone);
  expect(answer).toMatch(hasEnded(state) ? /^it may go$/ : named());
});
