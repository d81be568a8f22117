import { CallError } from '@fusion-platform/contract';
import { sql } from 'drizzle-orm';

import { selectRows } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';
import { rolesOf } from '../organisations.ts';
import { managing } from './roles.ts';

/** Who asks, and in which organisation. */
export interface Asker {
  readonly userId: string;
  readonly organisationId: string;
}

/**
 * Changes of who belongs to an organisation wait for each other at its row, until the end of the transaction. What refers to
 * the organisation (data, the ledger) does not wait.
 * @returns its name
 * @throws CallError `not_found`
 */
export async function lockOrganisation(tx: Queries, id: string): Promise<string> {
  const [row] = await selectRows<{ name: string }>(
    tx,
    sql`select name from organisations where id = ${id} for no key update`,
  );
  if (!row) throw new CallError('not_found', `There is no organisation ${id}`);
  return row.name;
}

/**
 * The roles of the one who asks, as they are once the lock is held: somebody may just have taken them away.
 * @throws CallError `not_found` for who is no member any more; `forbidden` for who does not manage the organisation
 */
export async function rolesOfManager(
  tx: Queries,
  { organisationId, userId }: Asker,
): Promise<readonly string[]> {
  const roles = await rolesOf(tx, organisationId, userId);
  if (!roles) throw new CallError('not_found', `There is no organisation ${organisationId}`);
  if (!roles.includes(managing))
    throw new CallError(
      'forbidden',
      `This needs the role "${managing}" in the organisation: ask one of its managers`,
    );
  return roles;
}

/** @throws CallError `conflict` where nobody else manages the organisation */
export async function refuseLastManager(
  tx: Queries,
  organisation: { readonly id: string; readonly name: string },
  userId: string,
): Promise<void> {
  const others = await selectRows(
    tx,
    sql`select 1 from memberships where organisation_id = ${organisation.id} and user_id <> ${userId}
      and roles @> ${JSON.stringify([managing])}::jsonb limit 1`,
  );
  if (others.length === 0)
    throw new CallError(
      'conflict',
      `Nobody else manages "${organisation.name}": give another member the role "${managing}" first`,
    );
}
