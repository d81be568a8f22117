import { decodeBoolean, encodeScalar } from './scalar.ts';
import type { Scalar } from './scalar.ts';
import { QueryError } from './query-error.ts';

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

export interface Filter {
  readonly field: string;
  readonly modifier: FilterModifier;
  /** A list for `in` and `between`, null for `null` and `not_null`. */
  readonly value: Scalar | readonly Scalar[] | null;
}

/**
 * The values of a filter's parameter. Lists are sent as repeated parameters, as Python's `requests` does; a sole value
 * with a comma in it is sent twice, since alone it would be read as a list.
 * @throws QueryError when the value does not suit the modifier: sent as it is, it would find what was not meant
 */
export function encodeFilter({ field, modifier, value }: Filter): string[] {
  const list = (
    Array.isArray(value) ? (value as readonly Scalar[]) : value === null ? [] : [value]
  ) as Scalar[];
  const texts = list.map(encodeScalar);
  const first = texts[0];
  switch (modifier) {
    case 'null':
    case 'not_null':
      return ['True'];
    case 'in':
      if (first === undefined) throw new QueryError(`filter ${field}__in: takes at least one value`);
      return texts.length === 1 && first.includes(',') ? [first, first] : texts;
    case 'between':
      if (texts.length !== 2) throw new QueryError(`filter ${field}__between: takes two values`);
      return texts;
    default:
      if (texts.length !== 1) {
        throw new QueryError(
          `filter ${field}__${modifier}: takes one value (for none, use the modifier null)`,
        );
      }
      return texts;
  }
}

/** Reads a filter of a list that can be filtered by `fields`. @throws QueryError */
export function decodeFilter(
  field: string,
  modifier: string,
  values: readonly string[],
  fields: readonly string[],
): Filter {
  const name = `filter[${field}__${modifier}]`;
  if (!fields.includes(field)) {
    throw new QueryError(
      `${name}: this list can be filtered by ${fields.join(', ') || 'nothing'}, not by ${field}`,
    );
  }
  if (!isModifier(modifier)) throw new QueryError(`${name}: the modifiers are ${filterModifiers.join(', ')}`);
  const first = values[0] ?? '';
  switch (modifier) {
    case 'in':
      return { field, modifier, value: [...new Set(listOf(values))] };
    case 'between': {
      const list = listOf(values);
      if (list.length !== 2) throw new QueryError(`${name}: takes two values`);
      return { field, modifier, value: list };
    }
    case 'null':
    case 'not_null': {
      const wanted = first === '' || decodeBoolean(name, first);
      const other = modifier === 'null' ? 'not_null' : 'null';
      return { field, modifier: wanted ? modifier : other, value: null };
    }
    default:
      return { field, modifier, value: first };
  }
}

/** Repeated parameters, or one with commas. */
function listOf(values: readonly string[]): readonly string[] {
  return values.length > 1 ? values : (values[0] ?? '').split(',');
}

function isModifier(text: string): text is FilterModifier {
  return (filterModifiers as readonly string[]).includes(text);
}
