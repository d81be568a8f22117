import { calls } from '@fusion-platform/contract';

import type { Webhooks } from '../../events/index.ts';
import { route } from '../route.ts';
import type { Route } from '../route.ts';

export function webhookRoutes(webhooks: Webhooks): Route[] {
  const manager = { role: 'manage_organisation' } as const;
  return [
    route(calls.listWebhooks, async ({ organisationId, list }) => await webhooks.list(organisationId, list)),
    route(
      calls.createWebhook,
      async ({ organisationId, body }) => ({ model: await webhooks.create(organisationId, body) }),
      manager,
    ),
    route(calls.getWebhook, async ({ organisationId, params }) => ({
      model: await webhooks.get(organisationId, params.webhook_id),
    })),
    route(
      calls.updateWebhook,
      async ({ organisationId, params, body }) => ({
        model: await webhooks.update(organisationId, params.webhook_id, body),
      }),
      manager,
    ),
    route(
      calls.deleteWebhook,
      async ({ organisationId, params }) => {
        await webhooks.remove(organisationId, params.webhook_id);
        return {};
      },
      manager,
    ),
    route(
      calls.listDeliveries,
      async ({ organisationId, params, list }) =>
        await webhooks.deliveries(organisationId, params.webhook_id, list),
    ),
  ];
}
