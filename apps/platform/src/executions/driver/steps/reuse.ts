import { createHash } from 'node:crypto';

import { sql } from 'drizzle-orm';

import { selectRows } from '../../../database/index.ts';
import type { StoredReason } from '../../../database/index.ts';
import type { Work } from '../../component/index.ts';
import type { Manifest } from '../../../catalogue/index.ts';
import type { Context } from '../../context.ts';
import { differencesOf } from './reuse-differs.ts';

export type Reuse =
  | { readonly from: string; readonly outputs: readonly string[] }
  /** Why nothing is taken over. */
  | {
      readonly note: string;
      /** What differs from the nearest earlier component. */
      readonly differs?: readonly StoredReason[];
    };

/**
 * Works out what a component would make, as a key that is equal for components that would make the same, and looks for an
 * earlier one of the organisation that made it.
 * @returns the key, null when it cannot be told; and what was found, null when the process does not ask
 */
export async function findReuse(
  context: Pick<Context, 'database' | 'data'>,
  { component, execution }: Work,
  manifest: Manifest,
): Promise<{ readonly key: string | null; readonly found: Reuse | null }> {
  if (component.kind === 'dispatch') return { key: null, found: null };
  const key = await keyOf(context, component, execution.region_data_id, manifest);
  if (!execution.reuse) return { key, found: null };
  if (key === null)
    return { key, found: { note: 'Nothing is taken over: the contents of its inputs are not known' } };
  if (await keepsSomething(context, component.storage_id))
    return { key, found: { note: 'Nothing is taken over: its service keeps something from run to run' } };
  const [earlier] = await selectRows<{ id: string; outputs: { data_id: string }[] }>(
    context.database.queries,
    sql`select c.id, c.job_outputs as outputs from process_service_executions c
      where c.reuse_key = ${key} and c.state = 'succeeded' and c.organisation_id = ${component.organisation_id}
        and c.id <> ${component.id} and not exists (
          select from jsonb_array_elements(c.job_outputs) as output left join data d on d.id = (output ->> 'data_id')::uuid
          where d.id is null or d.unfulfilled)
      order by c.ended_at desc limit 1`,
  );
  if (!earlier)
    return {
      key,
      found: {
        differs: await differencesOf(context, { component, execution }, key),
        note: 'Nothing is taken over: no component that is still there ran this version of the service with equal options and inputs',
      },
    };
  return { key, found: { from: earlier.id, outputs: earlier.outputs.map(({ data_id }) => data_id) } };
}

async function keepsSomething(
  { database }: Pick<Context, 'database'>,
  storageId: string | null,
): Promise<boolean> {
  if (storageId === null) return false;
  const rows = await selectRows(database.queries, sql`select id from data where id = ${storageId}`);
  return rows.length > 0;
}

async function keyOf(
  { data, database }: Pick<Context, 'database' | 'data'>,
  component: Work['component'],
  regionDataId: string | null,
  manifest: Manifest,
): Promise<string | null> {
  const inputs = component.job_inputs.map(({ number, data_id, data_ids }) => ({
    number,
    ids: data_ids ?? (data_id === null ? [] : [data_id]),
  }));
  const ids = [
    ...new Set([...inputs.flatMap((input) => input.ids), ...(regionDataId ? [regionDataId] : [])]),
  ];
  const contents = await data.contentsOf(database.queries, ids);
  if (ids.some((id) => !contents.has(id))) return null;
  const { folder: _folder, ...description } = manifest;
  const parts = {
    service: component.service_id,
    description,
    options: Object.entries(component.job_options).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    inputs: inputs.map(({ number, ids: of }) => [number, of.map((id) => contents.get(id))]),
    region: regionDataId && contents.get(regionDataId),
  };
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
