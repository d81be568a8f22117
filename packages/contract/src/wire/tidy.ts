import type * as z from 'zod';

interface Def {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly element?: z.ZodType;
  readonly shape?: Record<string, z.ZodType>;
}

/**
 * What is to be done to a value from the wire before it is read: an empty string in a nullable field means null, at any
 * depth, by the schema's own word on which fields are nullable; and the key `__proto__`, which could reach into the
 * objects of whoever copies it, is dropped. Gives a copy.
 */
export function tidy(schema: z.ZodType, value: unknown, nullable = false): unknown {
  const def = schema.def as unknown as Def;
  switch (def.type) {
    case 'optional':
      return tidy(def.innerType!, value, nullable);
    case 'nullable':
      return tidy(def.innerType!, value, true);
    case 'array':
      return Array.isArray(value)
        ? value.map((item) => tidy(def.element!, item))
        : blankToNull(value, nullable);
    case 'object':
      return isRecord(value)
        ? mapFields(value, (key, item) =>
            Object.hasOwn(def.shape!, key) ? tidy(def.shape![key]!, item) : item,
          )
        : blankToNull(value, nullable);
    case 'record':
      return isRecord(value) ? withoutPrototypes(value) : blankToNull(value, nullable);
    default:
      return blankToNull(value, nullable);
  }
}

/** Free-form JSON: only the dangerous key goes. */
function withoutPrototypes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPrototypes);
  return isRecord(value) ? mapFields(value, (_, item) => withoutPrototypes(item)) : value;
}

function mapFields(
  value: Record<string, unknown>,
  map: (key: string, item: unknown) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== '__proto__')
      .map(([key, item]) => [key, map(key, item)]),
  );
}

function blankToNull(value: unknown, nullable: boolean): unknown {
  return nullable && value === '' ? null : value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
