import type { Organisation, ProcessExecution, ProcessServiceExecution } from 'fusion-platform';

import type { Cli, CommonOptions } from '../../command/index.ts';
import { findSubject, lastRun } from '../../find/index.ts';
import { oneLine } from '../../output/index.ts';
import type { Sink } from '../../output/index.ts';
import { componentState, executionState } from '../../watching/index.ts';
import { evidenceText } from './evidence-text.ts';
import { componentReasons, executionReasons } from './reasons.ts';
import type { Reason } from './reasons.ts';

/** How much of the log of what failed is shown. */
const lastRecords = 10;

interface LogTail {
  readonly component: string;
  readonly id: string;
  readonly records: readonly string[];
}

export async function run(cli: Cli, _: CommonOptions, which: string): Promise<void> {
  const { organisation } = await cli.open();
  const { executions, components } = await subjectsOf(organisation, which);
  const reasons: Reason[] = executions.flatMap(executionReasons);
  for (const component of components) reasons.push(...(await componentReasons(component)));
  const tails = await Promise.all(
    components
      .filter((one) => componentState(one) === 'failed')
      .slice(0, 3)
      .map(tailOf),
  );
  cli.out.result({
    json: { reasons, log_tails: tails },
    ids: [...new Set(reasons.map(({ id }) => id))],
    text: (sink) => textOf(sink, reasons, tails),
  });
  if (reasons.length === 0) cli.out.note('Nothing waits and nothing failed');
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

function textOf(sink: Sink, reasons: readonly Reason[], tails: readonly LogTail[]): string {
  const { colours } = sink;
  const parts = reasons.map((reason) => {
    const evidence = Object.entries(reason.evidence).map(([key, value]) => evidenceText(key, value));
    return [
      `${colours.bold(oneLine(reason.name))}  ${reason.state} (${reason.code})`,
      `  ${oneLine(reason.sentence)}`,
      ...(evidence.length > 0 ? [`  ${colours.dim(oneLine(evidence.join(', ')))}`] : []),
      ...(reason.next_move ? [`  next: ${oneLine(reason.next_move)}`] : []),
    ].join('\n');
  });
  for (const { component, records } of tails) {
    if (records.length === 0) continue;
    parts.push(
      [
        colours.bold(`The end of the log of ${oneLine(component)}`),
        ...records.map((line) => `  ${line}`),
      ].join('\n'),
    );
  }
  const next = [...new Set(reasons.map((reason) => reason.next).filter((one) => one !== null))];
  if (next.length > 0)
    parts.push(
      next
        .slice(0, 3)
        .map((line) => `  → ${line}`)
        .join('\n'),
    );
  return parts.join('\n');
}
