import { decodeFilter, encodeFilter } from './filter.ts';
import type { Filter } from './filter.ts';
import { QueryError } from './query-error.ts';
import { decodeBoolean, encodeScalar } from './scalar.ts';
import type { Scalar } from './scalar.ts';

/** What a list call takes besides its own parameters. */
export interface ListQuery {
  readonly limit?: number;
  /** Newest first; the natural order is oldest first. */
  readonly reverse?: boolean;
  readonly search?: string;
  readonly filters?: readonly Filter[];
  /** The `last` of the answer before. */
  readonly last?: Readonly<Record<string, Scalar>>;
}

export const maximumLimit = 1000;

/** @throws QueryError when a filter's value does not suit its modifier */
export function encodeListQuery(query: ListQuery): URLSearchParams {
  const params = new URLSearchParams();
  if (query.limit !== undefined) params.set('limit', String(query.limit));
  if (query.reverse !== undefined) params.set('reverse', encodeScalar(query.reverse));
  if (query.search) params.set('search', query.search.toLowerCase());
  for (const filter of query.filters ?? []) {
    const name = `filter[${filter.field}__${filter.modifier}]`;
    for (const text of encodeFilter(filter)) params.append(name, text);
  }
  for (const [key, value] of Object.entries(query.last ?? {}))
    params.set(`last[${key}]`, encodeScalar(value));
  return params;
}

/**
 * Reads the query of a list call. Only `fields` may be filtered; a filter without a modifier means equality.
 * @throws QueryError
 */
export function decodeListQuery(params: URLSearchParams, fields: readonly string[]): ListQuery {
  const filters: Filter[] = [];
  const last: [string, string][] = [];
  for (const key of new Set(params.keys())) {
    const [, kind, inner = ''] = /^(filter|last)\[([^[\]]+)\]$/.exec(key) ?? [];
    if (kind === 'filter') {
      const [field, modifier] = splitModifier(inner);
      filters.push(decodeFilter(field, modifier, params.getAll(key), fields));
    } else if (kind === 'last' && inner !== '__proto__') {
      last.push([inner, params.get(key)!]);
    }
  }
  const limit = params.get('limit');
  const reverse = params.get('reverse');
  const search = params.get('search');
  return {
    ...(limit === null ? {} : { limit: decodeLimit(limit) }),
    ...(reverse === null ? {} : { reverse: decodeBoolean('reverse', reverse) }),
    ...(search ? { search: search.toLowerCase() } : {}),
    ...(filters.length > 0 ? { filters } : {}),
    ...(last.length > 0 ? { last: Object.fromEntries(last) } : {}),
  };
}

function splitModifier(inner: string): [field: string, modifier: string] {
  const at = inner.indexOf('__');
  return at < 0 ? [inner, 'eq'] : [inner.slice(0, at), inner.slice(at + 2)];
}

function decodeLimit(text: string): number {
  const limit = Number(text);
  if (!/^\d+$/.test(text) || limit < 1) throw new QueryError(`limit: "${text}" is not a whole number from 1`);
  if (limit > maximumLimit) throw new QueryError(`limit: ${text.slice(0, 20)} is more than ${maximumLimit}`);
  return limit;
}
