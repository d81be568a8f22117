import type { Geometry } from 'geojson';

import { BadParameterError } from './bad-parameter-error.ts';
import { parseDatetime } from './datetime.ts';
import type { Interval } from './datetime.ts';
import { parseBbox, parseGeometry } from './places.ts';
import type { Box } from './places.ts';
import { parseSortby } from './sortby.ts';
import type { SortKey } from './sortby.ts';

export type { SortKey } from './sortby.ts';

/** What to look for; what is absent does not narrow the search. */
export interface SearchQuery {
  /** More than one where the box crosses the antimeridian. */
  readonly bbox?: readonly Box[];
  readonly intersects?: Geometry;
  readonly collections?: readonly string[];
  readonly ids?: readonly string[];
  readonly datetime?: Interval;
  /** First by the first of them, and so on. */
  readonly sortby: readonly SortKey[];
  /** Items on a page. */
  readonly limit: number;
  /** Items on the pages before. */
  readonly offset: number;
}

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 1000;
const KNOWN = ['bbox', 'intersects', 'collections', 'ids', 'datetime', 'sortby', 'limit', 'token'] as const;
export type Parameter = (typeof KNOWN)[number];

/**
 * Reads the parameters of a search, be they the text of a GET or the JSON of a POST.
 * @param allowed those that this address takes; all by default
 * @throws {BadParameterError}
 */
export function parseSearch(raw: unknown, allowed: readonly Parameter[] = KNOWN): SearchQuery {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
    throw new BadParameterError('The body must be a JSON object with the parameters of the search');
  // An ignored parameter would give more than was asked for, and nobody would know.
  const strange = Object.keys(raw).find((key) => !(allowed as readonly string[]).includes(key));
  if (strange !== undefined)
    throw new BadParameterError(`${strange} is not a parameter here; known are ${allowed.join(', ')}`);
  const given = raw as Partial<Record<Parameter, unknown>>;
  const has = (key: Parameter): boolean =>
    given[key] !== undefined && given[key] !== null && given[key] !== '';
  if (has('bbox') && has('intersects')) throw new BadParameterError('Give bbox or intersects, not both');
  return {
    ...(has('bbox') ? { bbox: parseBbox(given.bbox) } : {}),
    ...(has('intersects') ? { intersects: parseGeometry(given.intersects) } : {}),
    ...(has('collections') ? { collections: names('collections', given.collections) } : {}),
    ...(has('ids') ? { ids: names('ids', given.ids) } : {}),
    ...(has('datetime') ? { datetime: parseDatetime(given.datetime) } : {}),
    sortby: has('sortby') ? parseSortby(given.sortby) : [],
    limit: has('limit') ? Math.min(MAX_LIMIT, whole('limit', given.limit, 1)) : DEFAULT_LIMIT,
    offset: has('token') ? whole('token', given.token, 0) : 0,
  };
}

function names(key: Parameter, value: unknown): readonly string[] {
  const list: unknown[] =
    typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : [null];
  return list.map((entry) => {
    if (typeof entry === 'string' && entry !== '') return entry;
    throw new BadParameterError(`${key} must be a list of names`);
  });
}

function whole(key: Parameter, value: unknown, least: number): number {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= least) return number;
  throw new BadParameterError(
    key === 'token'
      ? 'token is not one that this archive gave'
      : `${key} must be a whole number from ${least}`,
  );
}
