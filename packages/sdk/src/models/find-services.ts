import type { calls } from '@fusion-platform/contract';

import type { Connection } from '../http/index.ts';
import { filtersOf, found, listOf } from '../lists/index.ts';
import type { Collection, Found } from '../lists/index.ts';
import type { CallOptions } from './base-model.ts';
import { Service } from './service.ts';

/** What to look for: all that is given must match. */
export interface FindOptions extends CallOptions {
  readonly id?: string;
  /** Case-sensitive: the start of the name; anywhere in the name for processes. */
  readonly name?: string;
  /** Case-insensitive, in the texts that the platform searches. */
  readonly search?: string;
}

export interface FindServiceOptions extends FindOptions {
  readonly ssdId?: string;
  /** Case-sensitive. */
  readonly keyword?: string;
}

type ServiceCall =
  | typeof calls.listLatestServices
  | typeof calls.listOwnServices
  | typeof calls.listDispatchers;

type Params = Readonly<Record<string, string | undefined>>;

export function listServices(
  connection: Connection,
  call: ServiceCall,
  params: Params,
  query: Parameters<typeof listOf>[3] = {},
): Collection<Service> {
  return listOf(connection, call, params, query, (service) => new Service(connection, service));
}

export async function findServices(
  connection: Connection,
  call: ServiceCall,
  params: Params,
  { id, ssdId, name, keyword, search, signal }: FindServiceOptions,
): Promise<Found<Service>> {
  const filters = filtersOf(
    ['id', 'eq', id],
    ['ssd_id', 'eq', ssdId],
    ['name', 'begins_with', name],
    ['keywords', 'contains', keyword],
  );
  const query = { filters, ...(search ? { search } : {}) };
  return await found(listServices(connection, call, params, query), signal);
}
