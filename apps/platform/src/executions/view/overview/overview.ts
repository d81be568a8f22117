import type {
  CountsAnswer,
  HistoryAnswer,
  ListQuery,
  LogLinesAnswer,
  ProcessExecution,
  RunAnswer,
  SamplesAnswer,
} from '@fusion-platform/contract';

import type { Database } from '../../../database/index.ts';
import type { Listed } from '../read.ts';
import type { Limits } from '../waiting.ts';
import { listAllExecutions } from './all-executions.ts';
import { countExecutions } from './counts.ts';
import { getRun } from './get-run.ts';
import type { RunQuery } from './get-run.ts';
import { componentHistory } from './history.ts';
import { LogPlaces } from './log-places.ts';
import { listRuns } from './list-runs.ts';
import type { ListedRuns } from './list-runs.ts';
import { readLog } from './log-lines.ts';
import type { LogQuery } from './log-matches.ts';
import { readSamples } from './samples.ts';

/** What pages that show many executions ask for, each in one call. */
export interface Overview {
  runs(organisationId: string, query: ListQuery): Promise<ListedRuns>;
  run(organisationId: string, id: string, query: RunQuery): Promise<RunAnswer>;
  counts(organisationId: string): Promise<CountsAnswer>;
  executions(organisationId: string, query: ListQuery): Promise<Listed<ProcessExecution>>;
  log(organisationId: string, componentId: string, query: LogQuery): Promise<LogLinesAnswer>;
  samples(organisationId: string, componentId: string, after: number): Promise<SamplesAnswer>;
  history(organisationId: string, componentId: string): Promise<HistoryAnswer>;
}

export function createOverview({
  database: { queries },
  limits,
}: {
  readonly database: Pick<Database, 'queries'>;
  readonly limits: Limits;
}): Overview {
  const places = new LogPlaces();
  return {
    runs: async (organisationId, query) => await listRuns(queries, organisationId, query, limits),
    run: async (organisationId, id, query) => await getRun(queries, organisationId, id, query, limits),
    counts: async (organisationId) => await countExecutions(queries, organisationId),
    executions: async (organisationId, query) =>
      await listAllExecutions(queries, organisationId, query, limits),
    log: async (organisationId, id, query) => await readLog(queries, organisationId, id, query, places),
    samples: async (organisationId, id, after) => await readSamples(queries, organisationId, id, after),
    history: async (organisationId, id) => await componentHistory(queries, organisationId, id),
  };
}
