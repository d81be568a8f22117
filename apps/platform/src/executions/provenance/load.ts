import { asc, eq, inArray } from 'drizzle-orm';

import { CallError } from '@fusion-platform/contract';

import type { Catalogue } from '../../catalogue/index.ts';
import { tables } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';
import { findComponent, findExecution } from '../view/index.ts';
import { inputIds } from '../rows.ts';
import type { Facts, ItemFacts, NeighbourFacts } from './facts.ts';

const { componentAttempts, data, dataFiles, organisations, processServiceExecutions, users } = tables;

/** Reads what is known of a component, in a dozen queries whatever its size. @throws CallError `not_found` */
export async function loadFacts(
  queries: Queries,
  catalogue: Pick<Catalogue, 'manifest'>,
  organisationId: string,
  componentId: string,
): Promise<Omit<Facts, 'platformVersion'>> {
  const component = await findComponent(queries, organisationId, componentId);
  const execution = await findExecution(queries, organisationId, component.process_execution_id);
  const attempts = await queries
    .select()
    .from(componentAttempts)
    .where(eq(componentAttempts.component_id, componentId))
    .orderBy(asc(componentAttempts.number));
  const inputs = inputIds(component);
  const siblings = await neighbours(queries, 'process_execution_id', execution.id);
  const [earlier] =
    component.reused_from === null ? [] : await neighbours(queries, 'id', component.reused_from);
  const [user] =
    execution.requested_by === null
      ? []
      : await queries
          .select({ given: users.given_name, family: users.family_name, email: users.email })
          .from(users)
          .where(eq(users.id, execution.requested_by));
  const [organisation] = await queries
    .select({ name: organisations.name })
    .from(organisations)
    .where(eq(organisations.id, organisationId));
  return {
    component,
    execution,
    attempts,
    service: await serviceOf(queries, catalogue, component.service_id),
    feeders: siblings.filter(({ job_outputs }) =>
      job_outputs.some(({ data_id }) => inputs.includes(data_id)),
    ),
    earlier,
    items: await loadItems(queries, [
      ...inputs,
      ...component.job_outputs.map(({ data_id }) => data_id),
      ...(earlier?.job_outputs.map(({ data_id }) => data_id) ?? []),
      ...(execution.region_data_id === null ? [] : [execution.region_data_id]),
    ]),
    user: user && { name: nameOf(user), email: user.email },
    organisation,
  };
}

async function neighbours(
  queries: Queries,
  by: 'id' | 'process_execution_id',
  id: string,
): Promise<NeighbourFacts[]> {
  return await queries
    .select({
      id: processServiceExecutions.id,
      name: processServiceExecutions.name,
      service_id: processServiceExecutions.service_id,
      started_at: processServiceExecutions.started_at,
      ended_at: processServiceExecutions.ended_at,
      job_outputs: processServiceExecutions.job_outputs,
    })
    .from(processServiceExecutions)
    .where(eq(processServiceExecutions[by], id));
}

async function serviceOf(
  queries: Queries,
  catalogue: Pick<Catalogue, 'manifest'>,
  serviceId: string,
): Promise<Facts['service']> {
  try {
    return await catalogue.manifest(queries, serviceId);
  } catch (error) {
    if (error instanceof CallError && error.code === 'not_found') return undefined;
    throw error;
  }
}

async function loadItems(queries: Queries, ids: readonly string[]): Promise<Map<string, ItemFacts>> {
  if (ids.length === 0) return new Map();
  const rows = await queries
    .select()
    .from(data)
    .where(inArray(data.id, [...new Set(ids)]));
  const files = await queries
    .select({
      id: dataFiles.id,
      data_id: dataFiles.data_id,
      file_name: dataFiles.file_name,
      file_type: dataFiles.file_type,
      stored_size: dataFiles.stored_size,
      sha256: dataFiles.sha256,
      uploaded_at: dataFiles.uploaded_at,
      crs: dataFiles.crs,
      bounds: dataFiles.bounds,
    })
    .from(dataFiles)
    .where(inArray(dataFiles.data_id, [...new Set(ids)]))
    .orderBy(asc(dataFiles.created_at), asc(dataFiles.id));
  const of = Map.groupBy(files, ({ data_id }) => data_id);
  return new Map(
    rows.map((row) => [
      row.id,
      {
        id: row.id,
        name: row.name,
        organisation_id: row.organisation_id,
        uploaded: row.uploaded_organisation_id !== null,
        execution_id: row.execution_id,
        files: of.get(row.id) ?? [],
      },
    ]),
  );
}

/** A dash stands for a name that was not given. */
const nameOf = ({ given, family, email }: Record<'given' | 'family' | 'email', string>): string =>
  [given, family]
    .filter((part) => part !== '-')
    .join(' ')
    .trim() || email;
