import { calls } from '@fusion-platform/contract';
import type {
  CountsAnswer,
  ExecutionInBrief,
  HistoryAnswer,
  LogLinesAnswer,
  NodesAnswer,
  Run as RunValue,
  RunAnswer,
  SamplesAnswer,
} from '@fusion-platform/contract';

import type { Connection } from '../http/index.ts';
import { filtersOf } from '../lists/index.ts';
import type { Collection } from '../lists/index.ts';
import type { CallOptions } from './base-model.ts';
import { listExtension } from './extension-call.ts';
import { freeze } from './frozen.ts';
import type { Frozen } from './frozen.ts';

/** What one start of a process made: an execution that stands alone, or all of a group in one. */
export type Run = Frozen<RunValue>;
/** An execution of a run with its components, in brief. */
export type RunExecution = Frozen<ExecutionInBrief>;
/** A run with its executions; `as_of` is the `since` with which to ask for what has changed. */
export type RunDetails = Frozen<RunAnswer>;
export type StateCounts = Frozen<CountsAnswer['now']>;
/** A platform that shares the work of a database with others: its room for components, and how much of it is taken. */
export type PlatformNode = Frozen<NodesAnswer['nodes'][number]>;
/** Part of a log: `lines` are the places of the records in the whole log, from 0. */
export type LogLines = Frozen<LogLinesAnswer>;
/** Samples of a component, each with its attempt; `next` is the `after` with which to go on. */
export type Metrics = Frozen<SamplesAnswer>;
/** An earlier (or later) run of the same component. */
export type PastRun = Frozen<HistoryAnswer['components'][number]>;

/** Which runs to list: all that is given must match. */
export interface RunsQuery {
  readonly processId?: string | undefined;
  /** Any of waiting, running, succeeded, failed and stopped. */
  readonly states?: readonly string[] | undefined;
  /** Case-insensitive, in the names of processes and the reasons of failures. */
  readonly search?: string | undefined;
  /** Those that started not before, or not after. */
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** Newest first, unless false. */
  readonly reverse?: boolean | undefined;
}

export interface LogQuery extends CallOptions {
  /** The place of the first record wanted, from 0; the last ones without it. */
  readonly from?: number | undefined;
  /** 200 unless given, at most 1,000. */
  readonly limit?: number | undefined;
  /** Only records with this text, case-insensitive. */
  readonly text?: string | undefined;
  readonly attempt?: number | undefined;
  /** Only records of this moment or later: ISO 8601 with a zone. */
  readonly since?: string | undefined;
}

export function listRuns(
  connection: Connection,
  params: Readonly<Record<string, string | undefined>>,
  { processId, states, search, from, to, reverse = true }: RunsQuery,
  exists: (signal: AbortSignal | undefined) => Promise<unknown>,
): Collection<Run> {
  const filters = [
    ...filtersOf(
      ['process_id', 'eq', processId],
      ['started_at', 'ge', from?.toISOString()],
      ['started_at', 'le', to?.toISOString()],
    ),
    ...(states && states.length > 0 ? [{ field: 'state', modifier: 'in' as const, value: states }] : []),
  ];
  const query = { reverse, filters, ...(search ? { search } : {}) };
  return listExtension(exists, connection, calls.listRuns, params, query, (run) => freeze(run));
}
