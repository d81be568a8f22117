import { calls } from '@fusion-platform/contract';

import type { Overview } from '../../executions/index.ts';
import { route, viewers } from '../route.ts';
import type { Route } from '../route.ts';

/** What pages ask that show many executions, long logs and long series at once. */
export function overviewRoutes(overview: Overview): Route[] {
  return [
    route(
      calls.listRuns,
      async ({ organisationId, list }) => await overview.runs(organisationId, list),
      viewers,
    ),
    route(
      calls.getRun,
      async ({ organisationId, params, query }) => await overview.run(organisationId, params.run_id, query),
      viewers,
    ),
    route(
      calls.countExecutions,
      async ({ organisationId }) => await overview.counts(organisationId),
      viewers,
    ),
    route(
      calls.listAllExecutions,
      async ({ organisationId, list }) => await overview.executions(organisationId, list),
      viewers,
    ),
    route(
      calls.readLog,
      async ({ organisationId, params, query }) =>
        await overview.log(organisationId, params.process_service_execution_id, query),
      viewers,
    ),
    route(
      calls.readSamples,
      async ({ organisationId, params, query }) =>
        await overview.samples(organisationId, params.process_service_execution_id, query.after ?? 0),
      viewers,
    ),
    route(
      calls.getComponentHistory,
      async ({ organisationId, params }) =>
        await overview.history(organisationId, params.process_service_execution_id),
      viewers,
    ),
  ];
}
