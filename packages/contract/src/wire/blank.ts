import type { z } from 'zod';

interface Def {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly element?: z.ZodType;
  readonly shape?: Record<string, z.ZodType>;
}

/**
 * An empty string in a nullable field means null, at any depth. Gives a copy of `value` in which it is so, by the
 * schema's own word on which fields are nullable.
 */
export function blankToNull(schema: z.ZodType, value: unknown, nullable = false): unknown {
  const def = schema.def as unknown as Def;
  switch (def.type) {
    case 'optional':
      return blankToNull(def.innerType!, value, nullable);
    case 'nullable':
      return blankToNull(def.innerType!, value, true);
    case 'array':
      return Array.isArray(value)
        ? value.map((item) => blankToNull(def.element!, item))
        : blank(value, nullable);
    case 'object':
      return isRecord(value) ? mapFields(def.shape!, value) : blank(value, nullable);
    default:
      return blank(value, nullable);
  }
}

function mapFields(
  shape: Record<string, z.ZodType>,
  value: Record<string, unknown>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const schema = Object.hasOwn(shape, key) ? shape[key] : undefined;
      return [key, schema ? blankToNull(schema, item) : item];
    }),
  );
}

function blank(value: unknown, nullable: boolean): unknown {
  return nullable && value === '' ? null : value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
