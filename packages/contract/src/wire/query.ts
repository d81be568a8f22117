export const filterModifiers = [
  'eq',
  'ne',
  'le',
  'lt',
  'ge',
  'gt',
  'begins_with',
  'contains',
  'not_contains',
  'null',
  'not_null',
  'in',
  'between',
] as const;
export type FilterModifier = (typeof filterModifiers)[number];

export type Scalar = string | number | boolean;
export interface Filter {
  readonly field: string;
  readonly modifier: FilterModifier;
  /** A list for `in` and `between`. */
  readonly value: Scalar | readonly Scalar[] | null;
}

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

/** A query that cannot be understood. */
export class QueryError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'QueryError';
  }
}

export function encodeListQuery(query: ListQuery): URLSearchParams {
  const params = new URLSearchParams();
  if (query.limit !== undefined) params.set('limit', String(query.limit));
  if (query.reverse !== undefined) params.set('reverse', encodeScalar(query.reverse));
  if (query.search) params.set('search', query.search.toLowerCase());
  for (const { field, modifier, value } of query.filters ?? []) {
    const values = Array.isArray(value) ? (value as readonly Scalar[]) : [(value ?? '') as Scalar];
    for (const item of values) params.append(`filter[${field}__${modifier}]`, encodeScalar(item));
  }
  for (const [key, value] of Object.entries(query.last ?? {}))
    params.set(`last[${key}]`, encodeScalar(value));
  return params;
}

/** Python's `requests` writes booleans as `True` and `False`; so do we. */
export function encodeScalar(value: Scalar): string {
  return typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value);
}

/** Reads a boolean in any case. @throws QueryError */
export function decodeBoolean(name: string, text: string): boolean {
  switch (text.toLowerCase()) {
    case 'true':
    case '1':
      return true;
    case 'false':
    case '0':
      return false;
    default:
      throw new QueryError(`${name}: "${text}" is not True or False`);
  }
}

export const maximumLimit = 1000;

/** Reads the query of a list call. Only `fields` may be filtered. @throws QueryError */
export function decodeListQuery(params: URLSearchParams, fields: readonly string[]): ListQuery {
  const filters = new Map<string, Filter>();
  const last: Record<string, string> = {};
  for (const key of new Set(params.keys())) {
    const filter = /^filter\[(\w+?)__(\w+)\]$/.exec(key);
    if (filter) {
      filters.set(key, decodeFilter(filter[1]!, filter[2]!, params.getAll(key), fields));
      continue;
    }
    const cursor = /^last\[(\w+)\]$/.exec(key);
    if (cursor) last[cursor[1]!] = params.get(key)!;
  }
  const limit = params.get('limit');
  const reverse = params.get('reverse');
  const search = params.get('search');
  return {
    ...(limit === null ? {} : { limit: decodeLimit(limit) }),
    ...(reverse === null ? {} : { reverse: decodeBoolean('reverse', reverse) }),
    ...(search ? { search: search.toLowerCase() } : {}),
    ...(filters.size > 0 ? { filters: [...filters.values()] } : {}),
    ...(Object.keys(last).length > 0 ? { last } : {}),
  };
}

function decodeLimit(text: string): number {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1)
    throw new QueryError(`limit: "${text}" is not a whole number from 1`);
  return Math.min(limit, maximumLimit);
}

function decodeFilter(field: string, modifier: string, values: string[], fields: readonly string[]): Filter {
  if (!fields.includes(field)) {
    throw new QueryError(
      `filter[${field}__${modifier}]: this list can be filtered by ${fields.join(', ') || 'nothing'}, not by ${field}`,
    );
  }
  if (!isModifier(modifier)) {
    throw new QueryError(`filter[${field}__${modifier}]: the modifiers are ${filterModifiers.join(', ')}`);
  }
  const list = values.length > 1 ? values : (values[0] ?? '').split(',');
  switch (modifier) {
    case 'in':
      return { field, modifier, value: list };
    case 'between':
      if (list.length !== 2) throw new QueryError(`filter[${field}__between]: takes two values`);
      return { field, modifier, value: list };
    case 'null':
    case 'not_null':
      return { field, modifier, value: null };
    default:
      return { field, modifier, value: values[0] ?? '' };
  }
}

function isModifier(text: string): text is FilterModifier {
  return (filterModifiers as readonly string[]).includes(text);
}
