import { calls } from '@fusion-platform/contract';

import type { Catalogue } from '../../catalogue/index.ts';
import { route } from '../route.ts';
import type { Route } from '../route.ts';

const author = { role: 'create_ssds' } as const;

export function serviceRoutes(catalogue: Catalogue): Route[] {
  return [
    route(
      calls.listLatestServices,
      async ({ organisationId, list }) => await catalogue.listLatest(organisationId, list),
    ),
    route(
      calls.listOwnServices,
      async ({ organisationId, list }) => await catalogue.listOwn(organisationId, list),
    ),
    route(
      calls.listDispatchers,
      async ({ organisationId, list }) => await catalogue.listDispatchers(organisationId, list),
    ),
    route(calls.getService, async ({ organisationId, params }) => ({
      model: await catalogue.get(organisationId, params.service_id),
    })),
    route(
      calls.updateService,
      async ({ organisationId, params, body }) => ({
        model: await catalogue.update(organisationId, params.service_id, body),
      }),
      author,
    ),
    route(
      calls.deleteService,
      async ({ organisationId, params }) => {
        await catalogue.remove(organisationId, params.service_id);
        return {};
      },
      author,
    ),
  ];
}
