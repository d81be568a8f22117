import { calls } from '@fusion-platform/contract';

import type { Actions, ComponentProvenance } from '../../executions/index.ts';
import { route, viewers } from '../route.ts';
import type { Route } from '../route.ts';

/** What can be done with the results of a component, and where they come from. */
export function componentRoutes(actions: Actions, provenance: ComponentProvenance): Route[] {
  return [
    route(
      calls.runAction,
      async ({ organisationId, params, body: { name, values = {} }, signal }) =>
        await actions.run(organisationId, params.process_service_execution_id, { name, values }, signal()),
      { role: 'create_and_execute_processing_chains' },
    ),
    route(
      calls.getProvenance,
      async ({ organisationId, params }) =>
        await provenance.of(organisationId, params.process_service_execution_id),
      viewers,
    ),
  ];
}
