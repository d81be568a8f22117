import { calls } from '@fusion-platform/contract';

import type { Executions } from '../../executions/index.ts';
import type { Processes } from '../../processes/index.ts';
import { route, viewers } from '../route.ts';
import type { Route } from '../route.ts';
import { withExecutions } from './with-executions.ts';

const change = { role: 'create_and_execute_processing_chains' } as const;

/** What is done to a process by running it. */
export function runRoutes(processes: Processes, executions: Executions): Route[] {
  const extras = async (organisationId: string) => ({
    dispatchers: await processes.availableDispatchers(organisationId),
  });
  return [
    route(
      calls.executeProcess,
      async ({ organisationId, userId, params }) => {
        await executions.execute(organisationId, params.process_id, userId);
        return {
          model: await withExecutions(executions, await processes.get(organisationId, params.process_id)),
          extras: await extras(organisationId),
        };
      },
      change,
    ),
    route(
      calls.stopProcess,
      async ({ organisationId, userId, params }) => {
        await executions.stop(organisationId, params.process_id, userId);
        return {
          model: await withExecutions(executions, await processes.get(organisationId, params.process_id)),
          extras: await extras(organisationId),
        };
      },
      change,
    ),
    route(
      calls.deleteProcess,
      async ({ organisationId, userId, params, signal }) => {
        await executions.removeProcess(organisationId, params.process_id, userId, signal());
        return {};
      },
      change,
    ),
    route(
      calls.listExecutions,
      async ({ organisationId, params, list }) =>
        await executions.list(organisationId, params.process_id, list),
      viewers,
    ),
  ];
}
