import { BadParameterError } from './bad-parameter-error.ts';

const FIELDS = ['datetime', 'id', 'collection'] as const;

export interface SortKey {
  readonly field: (typeof FIELDS)[number];
  readonly descending: boolean;
}

/**
 * Reads what to sort by: `-properties.datetime,+id` of a GET, or the list of fields and directions of a POST.
 * @throws {BadParameterError}
 */
export function parseSortby(value: unknown): readonly SortKey[] {
  const parts: unknown[] =
    typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : [null];
  return parts.map((part) => {
    if (typeof part === 'string')
      return key(part.replace(/^[+\s-]/, ''), part.startsWith('-') ? 'desc' : 'asc');
    const { field, direction = 'asc' } = (part ?? {}) as Record<string, unknown>;
    return key(field, direction);
  });
}

function key(name: unknown, direction: unknown): SortKey {
  const field = FIELDS.find((one) => one === name || `properties.${one}` === name);
  if (field === undefined || (direction !== 'asc' && direction !== 'desc'))
    throw new BadParameterError(
      `sortby must name fields, each asc or desc; known are properties.${FIELDS.join(', ')}`,
    );
  return { field, descending: direction === 'desc' };
}
