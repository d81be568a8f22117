import { NotFoundError } from 'fusion-platform';
import type { Organisation, Process, ProcessExecution, ProcessServiceExecution } from 'fusion-platform';

import { notFound } from '../errors/index.ts';
import { isId } from './ids.ts';
import { oneOf } from './one-of.ts';
import type { Naming } from './one-of.ts';

export interface FoundProcess {
  readonly process: Process;
  /** Set when an execution was named. */
  readonly execution: ProcessExecution | undefined;
}

/**
 * A process by its name (the exact one first, then the only one that contains the text) or id, or the process of an
 * execution by the execution's id.
 */
export async function findProcess(
  organisation: Organisation,
  which: string,
  options: Pick<Naming, 'whole'> = {},
): Promise<FoundProcess> {
  if (isId(which)) {
    const process = await orUndefined(organisation.process(which));
    if (process) return { process, execution: undefined };
    const execution = await orUndefined(organisation.execution(which));
    if (execution) return { process: await organisation.process(execution.process_id), execution };
    throw noSuch('process or execution', which);
  }
  const { all } = await organisation.findProcesses({ name: which });
  const process = await oneOf(all, which, { kind: 'processes', ...options });
  if (process) return { process, execution: undefined };
  throw noSuch('process', which);
}

export type Subject =
  | { readonly kind: 'process'; readonly process: Process }
  | { readonly kind: 'execution'; readonly execution: ProcessExecution; readonly process: Process }
  | { readonly kind: 'component'; readonly component: ProcessServiceExecution };

/** A process by name or id, an execution by id, or a component by id. */
export async function findSubject(organisation: Organisation, which: string): Promise<Subject> {
  if (isId(which)) {
    const component = await orUndefined(organisation.component(which));
    if (component) return { kind: 'component', component };
  }
  const { process, execution } = await findProcess(organisation, which);
  return execution ? { kind: 'execution', execution, process } : { kind: 'process', process };
}

/**
 * The executions of the last run of a process: one, or all of a group in its order.
 */
export async function lastRun(process: Process): Promise<readonly ProcessExecution[]> {
  const newest = await process.executions().first();
  if (!newest) return [];
  if (!newest.group_id) return [newest];
  const { all } = await process.findExecutions({ groupId: newest.group_id });
  return inOrder(await all.toArray());
}

export const inOrder = (executions: readonly ProcessExecution[]): readonly ProcessExecution[] =>
  executions.toSorted((a, b) => (a.group_index ?? 0) - (b.group_index ?? 0));

export async function orUndefined<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

const noSuch = (kind: string, which: string): Error =>
  notFound(`There is no ${kind} "${which}"`, 'fusion-platform list');

/** The components that a component, an execution or a process (its last run) stands for, in chain order. */
export async function componentsOf(
  organisation: Organisation,
  which: string,
): Promise<readonly ProcessServiceExecution[]> {
  const subject = await findSubject(organisation, which);
  if (subject.kind === 'component') return [subject.component];
  const executions = subject.kind === 'execution' ? [subject.execution] : await lastRun(subject.process);
  if (executions.length === 0)
    throw notFound(`"${subject.process.name}" has never run`, 'fusion-platform start');
  const lists: ProcessServiceExecution[][] = [];
  for (const execution of executions) lists.push(await execution.components().toArray());
  return lists.flat();
}
