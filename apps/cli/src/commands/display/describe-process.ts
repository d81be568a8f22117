import type { Organisation, Process, ProcessExecution, ProcessOption } from 'fusion-platform';

import { processFields } from '../../definition/index.ts';
import { inOrder, orUndefined } from '../../find/index.ts';
import type { FoundProcess } from '../../find/index.ts';
import { credits, duration, moment, oneLine, secondsBetween } from '../../output/index.ts';
import type { Result, Sink } from '../../output/index.ts';
import { lastRunText } from '../list/present.ts';
import { summarise } from '../list/summary.ts';
import { executionState, marks, paintState } from '../../watching/index.ts';

/** How many executions are shown to people; JSON has all. */
const mostShown = 40;

export async function describeProcess(
  organisation: Organisation,
  { process, execution }: FoundProcess,
): Promise<Result> {
  const executions = execution ? [execution] : await process.executions().toArray();
  const names = await Promise.all(
    process.inputs.map(async ({ id }) =>
      id === undefined ? undefined : (await orUndefined(organisation.dataItem(id)))?.name,
    ),
  );
  const lastRun = lastRunText(await summarise(process));
  return {
    json: {
      ...process.toJSON(),
      inputs: process.inputs.map((input, i) => ({ ...input, name: names[i] ?? null })),
      options: process.options,
      dispatchers: process.dispatchers,
      executions: executions.map((one) => ({ ...one.toJSON(), state: executionState(one) })),
    },
    ids: [process.id],
    text: (sink) =>
      [
        headOf(sink, process, lastRun),
        ...inputLines(sink, process, names),
        ...optionLines(sink, 'Options', process.options),
        ...process.dispatchers.flatMap(({ name, options }) =>
          optionLines(sink, `Dispatcher ${oneLine(name)}`, options),
        ),
        ...executionLines(sink, executions),
      ].join('\n'),
  };
}

function headOf({ colours }: Sink, process: Process, lastRun: string): string {
  const fields = processFields
    .map((name) => [name, process[name]] as const)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `  ${name}: ${typeof value === 'object' ? JSON.stringify(value) : value}`);
  return [
    `${colours.bold(oneLine(process.name))}  ${colours.dim(process.id)}`,
    `  last run: ${lastRun}; ${credits(process.price)} ${process.price === 1 ? 'credit' : 'credits'} a run`,
    ...fields,
  ].join('\n');
}

function inputLines({ colours }: Sink, process: Process, names: readonly (string | undefined)[]): string[] {
  if (process.inputs.length === 0) return [];
  return [
    colours.bold('Inputs'),
    ...process.inputs.map(({ number, title, file_type: type, id }, i) => {
      const name = names[i];
      const data =
        id === undefined ? 'none' : `${name === undefined ? 'removed' : oneLine(name)} ${colours.dim(id)}`;
      return `  ${number} ${oneLine(title ?? '')} (${type}): ${data}`;
    }),
  ];
}

function optionLines({ colours }: Sink, title: string, options: readonly ProcessOption[]): string[] {
  if (options.length === 0) return [];
  return [
    colours.bold(title),
    ...options.map(({ name, value, data_type: type, title: called }) => {
      const plain = value instanceof Date ? value.toISOString() : value === null ? 'not set' : String(value);
      // Of a secret the platform gives stars and what finds it again, which says nothing to people.
      const text = plain.replace(/^(\*{8}):.*$/s, '$1');
      return `  ${name}: ${oneLine(text)} ${colours.dim(`${type}, ${oneLine(called ?? '')}`)}`;
    }),
  ];
}

function executionLines({ colours }: Sink, executions: readonly ProcessExecution[]): string[] {
  if (executions.length === 0) return [colours.dim('No executions yet')];
  const shown = executions.slice(0, mostShown);
  const lines = [colours.bold('Executions')];
  let group: string | undefined;
  for (const one of groupsInOrder(shown)) {
    if (one.group_id !== group && one.group_id !== undefined)
      lines.push(`  group ${colours.dim(one.group_id)}, ${one.group_count} executions`);
    group = one.group_id;
    lines.push(executionLine(colours, one));
  }
  if (executions.length > shown.length)
    lines.push(colours.dim(`  … and ${executions.length - shown.length} more: --json has all`));
  return lines;
}

/** Newest run first, each group in its own order. */
function groupsInOrder(executions: readonly ProcessExecution[]): readonly ProcessExecution[] {
  const groups = new Map<string, ProcessExecution[]>();
  for (const one of executions) {
    const key = one.group_id ?? one.id;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap(inOrder);
}

function executionLine(colours: Sink['colours'], execution: ProcessExecution): string {
  const state = executionState(execution);
  const {
    group_index: index,
    group_count: count,
    progress,
    abort_reason: reason,
    exit_type: type,
  } = execution;
  const slice = index === undefined ? '' : `  ${index + 1}/${count}`;
  const told = state === 'running' ? `${state} ${progress} %` : state;
  const took = duration(secondsBetween(execution.started_at, execution.ended_at));
  const why = reason ?? (state === 'failed' ? type : undefined);
  return `  ${paintState(colours, state, `${marks[state]} ${told}`)}${slice}  ${moment(execution.started_at)}, ${took}  ${colours.dim(execution.id)}${why ? `\n      ${oneLine(why)}` : ''}`;
}
