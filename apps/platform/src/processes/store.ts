import { and, eq, inArray, sql } from 'drizzle-orm';

import { CallError } from '@fusion-platform/contract';
import type { FieldIssue } from '@fusion-platform/contract';

import { platformNow, selectRows, tables } from '../database/index.ts';
import type { Queries } from '../database/index.ts';
import type { ProcessFields } from './context.ts';
import type { ProcessRow } from './parts.ts';
import { referredProcesses, uncoverProcess } from './secrets.ts';

const { processes } = tables;

/** @throws CallError `not_found`, the same for a foreign id as for none */
export async function findProcess(
  queries: Queries,
  organisationId: string,
  processId: string,
  { lock = false }: { readonly lock?: boolean } = {},
): Promise<ProcessRow> {
  const query = queries
    .select()
    .from(processes)
    .where(and(eq(processes.id, processId), eq(processes.organisation_id, organisationId)));
  const [row] = lock ? await query.for('update') : await query;
  if (!row) throw new CallError('not_found', `There is no process ${processId} in this organisation`);
  return row;
}

/** What a client sends, with the secrets that are stored in the place of what covers them. */
export async function uncoverSent<S extends Pick<ProcessFields, 'options' | 'dispatchers'>>(
  queries: Queries,
  organisationId: string,
  sent: S,
  own: ProcessRow | undefined,
  issues: FieldIssue[],
): Promise<S> {
  const ids = referredProcesses(sent).filter((id) => id !== own?.id);
  const others =
    ids.length === 0
      ? []
      : await queries
          .select()
          .from(processes)
          .where(and(eq(processes.organisation_id, organisationId), inArray(processes.id, ids)));
  return uncoverProcess(sent, own, own ? [own, ...others] : others, issues);
}

/** What time it is, as schedules have it. */
export async function timeOf(queries: Queries): Promise<string> {
  const [row] = await selectRows<{ now: string }>(
    queries,
    sql`select to_char(${platformNow} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"') as now`,
  );
  return row!.now;
}
