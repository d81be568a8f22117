import { ModelError } from '@fusion-platform/contract';
import { and, eq, sql } from 'drizzle-orm';

import { platformNow, selectRows, tables } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';
import { findExecution } from '../view/index.ts';
import type { ExecutionRow } from '../rows.ts';

const { processExecutions } = tables;

/** A user sets when an execution and the others of its group are deleted. @throws ModelError for a time that is over */
export async function changeDeleteExpiry(
  queries: Queries,
  organisationId: string,
  executionId: string,
  deleteExpiry: string,
): Promise<void> {
  const execution = await findExecution(queries, organisationId, executionId);
  const [moment] = await selectRows<{ over: boolean; same: boolean }>(
    queries,
    sql`select ${deleteExpiry}::timestamptz <= ${platformNow} as over,
      ${deleteExpiry}::timestamptz = ${execution.delete_expiry}::timestamptz as same`,
  );
  if (moment?.same) return;
  if (moment?.over) {
    throw new ModelError('ProcessExecution', [
      {
        path: 'delete_expiry',
        message: `${deleteExpiry} is over: give a time to come, or delete the execution`,
      },
    ]);
  }
  await queries
    .update(processExecutions)
    // A warning that was sent was of another time.
    .set({
      delete_expiry: deleteExpiry,
      delete_expiry_chosen: true,
      delete_warning_status: 'delete_warning_not_sent',
    })
    .where(wholeRun(execution));
}

/** A user protects an execution and the others of its group from deletion, or no longer. */
export async function changeDeleteProtection(
  queries: Queries,
  organisationId: string,
  executionId: string,
  protectedNow: boolean,
): Promise<void> {
  const execution = await findExecution(queries, organisationId, executionId);
  await queries.update(processExecutions).set({ delete_protection: protectedNow }).where(wholeRun(execution));
}

const wholeRun = ({ id, organisation_id, group_id }: ExecutionRow) =>
  group_id === null
    ? eq(processExecutions.id, id)
    : and(eq(processExecutions.organisation_id, organisation_id), eq(processExecutions.group_id, group_id));
