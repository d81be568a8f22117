import { calls } from '@fusion-platform/contract';

import type { Processes } from '../../processes/index.ts';
import { route } from '../route.ts';
import type { Route } from '../route.ts';

const change = { role: 'create_and_execute_processing_chains' } as const;
export function processRoutes(processes: Processes): Route[] {
  /** The dispatchers that can be added to any process. */
  const extras = async () => ({ dispatchers: await processes.availableDispatchers() });
  return [
    route(
      calls.newProcess,
      async ({ organisationId, query }) => ({
        model: await processes.newTemplate(organisationId, query.service_id),
        extras: await extras(),
      }),
      change,
    ),
    route(
      calls.createProcess,
      async ({ organisationId, userId, body }) => ({
        model: await processes.create(organisationId, userId, body),
        extras: await extras(),
      }),
      change,
    ),
    route(
      calls.listProcesses,
      async ({ organisationId, list }) => await processes.list(organisationId, list),
    ),
    route(calls.getProcess, async ({ organisationId, params }) => ({
      model: await processes.get(organisationId, params.process_id),
      extras: await extras(),
    })),
    route(
      calls.updateProcess,
      async ({ organisationId, params, body }) => ({
        model: await processes.update(organisationId, params.process_id, body),
        extras: await extras(),
      }),
      change,
    ),
    route(
      calls.copyProcess,
      async ({ organisationId, params }) => ({
        model: await processes.copyTemplate(organisationId, params.process_id),
        extras: await extras(),
      }),
      change,
    ),
  ];
}
