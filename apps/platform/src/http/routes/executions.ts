import { calls } from '@fusion-platform/contract';

import type { Executions } from '../../executions/index.ts';
import { route, viewers } from '../route.ts';
import type { Route } from '../route.ts';

export function executionRoutes(executions: Executions): Route[] {
  const changes = { role: 'create_and_execute_processing_chains' } as const;
  return [
    route(
      calls.getExecution,
      async ({ organisationId, params }) => ({
        model: await executions.get(organisationId, params.process_execution_id),
      }),
      viewers,
    ),
    route(
      calls.updateExecution,
      async ({ organisationId, params, body }) => ({
        model: await executions.update(organisationId, params.process_execution_id, body),
      }),
      changes,
    ),
    route(
      calls.deleteExecution,
      async ({ organisationId, params }) => {
        await executions.remove(organisationId, params.process_execution_id);
        return {};
      },
      changes,
    ),
    route(
      calls.changeDeleteExpiry,
      async ({ organisationId, params, body }) => {
        await executions.changeDeleteExpiry(organisationId, params.process_execution_id, body.delete_expiry);
        return {};
      },
      changes,
    ),
    route(
      calls.changeDeleteProtection,
      async ({ organisationId, params, body }) => {
        const { delete_protection: protectedNow } = body;
        await executions.changeDeleteProtection(organisationId, params.process_execution_id, protectedNow);
        return {};
      },
      changes,
    ),
    route(
      calls.listComponents,
      async ({ organisationId, params, list }) =>
        await executions.components(organisationId, params.process_execution_id, list),
      viewers,
    ),
    route(
      calls.stopExecution,
      async ({ organisationId, params, userId }) => ({
        model: await executions.stopExecution(organisationId, params.process_execution_id, userId),
      }),
      changes,
    ),
    route(
      calls.retryExecution,
      async ({ organisationId, params, userId }) => ({
        model: await executions.retry(organisationId, params.process_execution_id, userId),
      }),
      changes,
    ),
    route(
      calls.listAttempts,
      async ({ organisationId, params, list }) =>
        await executions.attempts(organisationId, params.process_service_execution_id, list),
      viewers,
    ),
    route(
      calls.getComponent,
      async ({ organisationId, params }) => ({
        model: await executions.component(organisationId, params.process_service_execution_id),
      }),
      viewers,
    ),
    route(
      calls.listLogs,
      async ({ organisationId, params, list }) =>
        await executions.logs(organisationId, params.process_service_execution_id, list),
      viewers,
    ),
    route(
      calls.downloadLog,
      async ({ organisationId, params, query }) =>
        await executions.logFile(organisationId, params.process_service_execution_id, query),
      viewers,
    ),
    route(
      calls.followExecution,
      async ({ organisationId, params, signal }) =>
        await executions.follow(organisationId, params.process_execution_id, signal()),
      viewers,
    ),
    route(
      calls.followLogs,
      async ({ organisationId, params, lastEventId, signal }) =>
        await executions.followLogs(
          organisationId,
          params.process_service_execution_id,
          lastEventId,
          signal(),
        ),
      viewers,
    ),
  ];
}
