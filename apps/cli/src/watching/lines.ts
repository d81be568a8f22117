import type { Process, ProcessServiceExecution } from 'fusion-platform';

import { binaryBytes, duration, oneLine, pad, plural, progressBar, secondsBetween } from '../output/index.ts';
import type { Sink } from '../output/index.ts';
import type { Seen } from './observe.ts';
import { paintState } from './paint.ts';
import { componentState, executionState, hasEnded, marks } from './state.ts';
import type { State } from './state.ts';
import { detailOfExecution, mainReason } from './told.ts';

/** How many executions of a group are shown one by one, those that run or failed first. */
const mostShown = 12;
const nameWidth = 30;
const barWidth = 16;

/** The live view: the process, its executions, their components. */
export function viewLines({ colours }: Sink, process: Process, seen: readonly Seen[]): string[] {
  const lines = [headLine(colours, process, seen)];
  const many = seen.length > 1;
  const shown = many ? seen.toSorted(byInterest).slice(0, mostShown) : seen;
  for (const one of shown) {
    const state = executionState(one.execution);
    if (many) lines.push(executionLine(colours, one, state));
    if (many && hasEnded(state) && state !== 'failed') continue;
    for (const component of one.components)
      lines.push(componentLine(colours, component, many ? '    ' : '  '));
    const why = reasonOf(one, state);
    const indent = many ? '    ' : '  ';
    if (why) lines.push(`${indent}${paintState(colours, state, why)}`);
    const detail = why ? detailOfExecution(one) : undefined;
    if (detail) lines.push(colours.dim(`${indent}${detail}`));
  }
  if (seen.length > shown.length) lines.push(colours.dim(`  … and ${seen.length - shown.length} more`));
  return lines;
}

type Colours = Sink['colours'];

function headLine(colours: Colours, process: Process, seen: readonly Seen[]): string {
  const states = seen.map(({ execution }) => executionState(execution));
  const ended = states.filter(hasEnded).length;
  const progress = overall(seen);
  const starts = seen.map(({ execution }) => execution.started_at).toSorted();
  const ends = seen.map(({ execution }) => execution.ended_at);
  const over = ended === seen.length && seen.length > 0;
  const elapsed =
    secondsBetween(
      starts[0],
      over ? ends.toSorted((a = '', b = '') => (a < b ? -1 : 1)).at(-1) : undefined,
    ) ?? 0;
  const left =
    !over && progress >= 5 && progress < 95 && elapsed > 5
      ? `, about ${duration((elapsed * (100 - progress)) / progress)} left`
      : '';
  const count = seen.length > 1 ? `  ${ended} of ${plural(seen.length, 'execution')} done` : '';
  const failed = states.filter((state) => state === 'failed').length;
  const bad = failed > 0 ? colours.red(`  ${failed} failed`) : '';
  const bar = progressBar(progress / 100, barWidth, failed > 0 ? colours.red : colours.cyan);
  return `${colours.bold(oneLine(process.name))}  ${bar} ${progress} %${count}${bad}  ${duration(elapsed)}${left}`;
}

export function overall(seen: readonly Seen[]): number {
  if (seen.length === 0) return 0;
  return Math.floor(seen.reduce((sum, { execution }) => sum + execution.progress, 0) / seen.length);
}

const interest: readonly State[] = [
  'failed',
  'publishing',
  'running',
  'preparing',
  'waiting',
  'stopped',
  'warning',
  'succeeded',
];

function byInterest(a: Seen, b: Seen): number {
  const rank = ({ execution }: Seen): number => interest.indexOf(executionState(execution));
  return rank(a) - rank(b) || (a.execution.group_index ?? 0) - (b.execution.group_index ?? 0);
}

function executionLine(colours: Colours, { execution }: Seen, state: State): string {
  const { group_index: index, group_count: count, role } = execution;
  const called = role === 'aggregator' ? 'aggregation' : `slice ${(index ?? 0) + 1} of ${count ?? 1}`;
  const progress = state === 'running' ? ` ${execution.progress} %` : '';
  const elapsed =
    state === 'waiting' ? '' : `  ${duration(secondsBetween(execution.started_at, execution.ended_at))}`;
  return `  ${paintState(colours, state, `${marks[state]} ${pad(called, nameWidth - 2)} ${state}${progress}`)}${elapsed}`;
}

function componentLine(colours: Colours, component: ProcessServiceExecution, indent: string): string {
  const state = componentState(component);
  const name = `${indent}${paintState(colours, state, marks[state])} ${pad(oneLine(component.name), nameWidth)}`;
  if (state === 'waiting') return colours.dim(`${name} ${oneLine(component.waiting_reason ?? 'waiting')}`);
  const elapsed = duration(secondsBetween(component.started_at, component.ended_at));
  if (hasEnded(state)) {
    const reason = mainReason(component, state)?.sentence ?? component.abort_reason;
    const told = reason ? `  ${oneLine(reason)}` : '';
    const reused = component.reused_from ? '  taken over from an earlier run' : '';
    return `${name} ${paintState(colours, state, state)}  ${elapsed}${reused}${told}`;
  }
  const progress =
    component.progress === undefined
      ? ''
      : ` ${progressBar(component.progress / 100, barWidth, colours.cyan)} ${component.progress} %`;
  return `${name} ${paintState(colours, state, state)}${progress}  ${elapsed}${usage(component)}`;
}

/** What it uses now, as last measured. */
function usage({ metrics, cpu, memory }: ProcessServiceExecution): string {
  const last = metrics?.at(-1);
  if (!last) return '';
  const { memory_total_bytes: total, memory_free_bytes: free, comment } = last;
  const used =
    typeof total === 'number' && typeof free === 'number'
      ? `  ${binaryBytes(total - free)} of ${binaryBytes(memory * 2 ** 20)}`
      : '';
  return `${used}  ${plural(cpu, 'cpu')}${comment ? `  “${oneLine(comment)}”` : ''}`;
}

/** Why an execution waits, failed, or succeeded with a warning. */
export function reasonOf({ execution }: Seen, state: State): string | undefined {
  const { waiting_reason: waiting, abort_reason: reason, exit_type: type } = execution;
  if (!hasEnded(state)) return waiting ? `waits: ${oneLine(waiting)}` : undefined;
  if (!reason && !(type && state === 'failed')) return undefined;
  const sentence = state === 'stopped' ? mainReason(execution, state)?.sentence : undefined;
  return `${state}: ${oneLine(sentence ?? reason ?? type ?? '')}`;
}
