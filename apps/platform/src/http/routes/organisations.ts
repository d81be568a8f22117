import { CallError, calls } from '@fusion-platform/contract';

import type { Accounts } from '../../accounts/index.ts';
import { route } from '../route.ts';
import type { Route } from '../route.ts';

export function organisationRoutes(accounts: Accounts): Route[] {
  const manager = { role: 'manage_organisation' } as const;
  return [
    route(calls.getOrganisation, async ({ organisationId }) => ({
      model: await accounts.organisation(organisationId),
    })),
    route(
      calls.updateOrganisation,
      async ({ organisationId, body }) => ({
        model: await accounts.updateOrganisation(organisationId, body),
      }),
      manager,
    ),
    route(
      calls.deleteOrganisation,
      async ({ organisationId }) => {
        await accounts.deleteOrganisation(organisationId);
        return {};
      },
      manager,
    ),
    route(calls.getCredit, async ({ organisationId, params }) => {
      if (params.credit_id !== organisationId) {
        throw new CallError(
          'not_found',
          `There are no credits ${params.credit_id}: their id is the organisation's`,
        );
      }
      return { model: await accounts.credit(organisationId) };
    }),
  ];
}
