import type { Organisation, ProcessExecution, ProcessServiceExecution } from 'fusion-platform';

import type { Cli, CommonOptions } from '../../command/index.ts';
import { findSubject, lastRun } from '../../find/index.ts';
import { componentState, executionState, hasEnded } from '../../watching/index.ts';
import { componentReasons, executionReasons, reasonJson } from './reasons.ts';
import type { Reason } from './reasons.ts';
import { whyText } from './text.ts';
import type { LogTail, Subject } from './text.ts';

/** How much of the log of what failed is shown. */
const lastRecords = 10;

export async function run(cli: Cli, _: CommonOptions, which: string): Promise<void> {
  const { organisation } = await cli.open();
  const { executions, components } = await subjectsOf(organisation, which);
  const subjects: Subject[] = [];
  for (const execution of executions)
    subjects.push({ id: execution.id, reasons: executionReasons(execution) });
  for (const component of components) {
    const of = component.process_execution_id;
    subjects.push({ id: component.id, executionId: of, reasons: await componentReasons(component) });
  }
  const reasons: Reason[] = subjects.flatMap((subject) => subject.reasons);
  const tails = await Promise.all(
    components
      .filter((one) => componentState(one) === 'failed')
      .slice(0, 3)
      .map(tailOf),
  );
  cli.out.result({
    json: { reasons: reasons.map(reasonJson), log_tails: tails },
    ids: [...new Set(reasons.map(({ id }) => id))],
    text: (sink) => whyText(sink, subjects, tails),
  });
  const states = [...executions.map(executionState), ...components.map(componentState)];
  if (reasons.length > 0) {
    if (states.every((state) => state === 'succeeded')) cli.out.note('It succeeded in the end');
    return;
  }
  cli.out.note(
    states.length === 0
      ? 'It has not been run yet'
      : `${states.every(hasEnded) ? 'It has ended well' : 'It is running'}: nothing waits, and nothing has failed`,
  );
}

async function subjectsOf(
  organisation: Organisation,
  which: string,
): Promise<{
  readonly executions: readonly ProcessExecution[];
  readonly components: readonly ProcessServiceExecution[];
}> {
  const subject = await findSubject(organisation, which);
  if (subject.kind === 'component') return { executions: [], components: [subject.component] };
  const all = subject.kind === 'execution' ? [subject.execution] : await lastRun(subject.process);
  const executions = all
    .filter((one) => all.length === 1 || executionState(one) !== 'succeeded')
    .slice(0, 50);
  const components: ProcessServiceExecution[] = [];
  for (const execution of executions) components.push(...(await execution.components().toArray()));
  return { executions, components };
}

async function tailOf(component: ProcessServiceExecution): Promise<LogTail> {
  const records = await component.logs({ reverse: true }).toArray({ limit: lastRecords });
  return {
    component: component.name,
    id: component.id,
    records: records.toReversed().map(({ message }) => message ?? ''),
  };
}
