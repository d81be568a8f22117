import { calls } from '@fusion-platform/contract';

import type { Executions } from '../../executions/index.ts';
import type { Processes } from '../../processes/index.ts';
import { route, viewers } from '../route.ts';
import type { Route } from '../route.ts';
import { withExecutions } from './with-executions.ts';

const change = { role: 'create_and_execute_processing_chains' } as const;
/** @param executions adds to each process how its executions stand */
export function processRoutes(processes: Processes, executions: Pick<Executions, 'withExecutions'>): Route[] {
  /** The dispatchers that can be added to any process. */
  const extras = async (organisationId: string) => ({
    dispatchers: await processes.availableDispatchers(organisationId),
  });
  return [
    route(
      calls.newProcess,
      async ({ organisationId, query }) => ({
        model: await processes.newTemplate(organisationId, query.service_id),
        extras: await extras(organisationId),
      }),
      change,
    ),
    route(
      calls.createProcess,
      async ({ organisationId, userId, body }) => ({
        model: await withExecutions(executions, await processes.create(organisationId, userId, body)),
        extras: await extras(organisationId),
      }),
      change,
    ),
    route(
      calls.listProcesses,
      async ({ organisationId, list }) => {
        const page = await processes.list(organisationId, list);
        return { ...page, list: await executions.withExecutions(page.list) };
      },
      viewers,
    ),
    route(
      calls.getProcess,
      async ({ organisationId, params }) => ({
        model: await withExecutions(executions, await processes.get(organisationId, params.process_id)),
        extras: await extras(organisationId),
      }),
      viewers,
    ),
    route(
      calls.updateProcess,
      async ({ organisationId, params, body }) => ({
        model: await withExecutions(
          executions,
          await processes.update(organisationId, params.process_id, body),
        ),
        extras: await extras(organisationId),
      }),
      change,
    ),
    route(
      calls.copyProcess,
      async ({ organisationId, params }) => ({
        model: await processes.copyTemplate(organisationId, params.process_id),
        extras: await extras(organisationId),
      }),
      change,
    ),
  ];
}
