import * as z from 'zod';

/** Writes null into each nullable field that an object nested in `value` lacks. */
export function completeNulls(schema: z.ZodType, value: unknown): unknown {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodArray && Array.isArray(value)) {
    return value.map((item) => completeNulls(inner.element as z.ZodType, item));
  }
  if (inner instanceof z.ZodObject && typeof value === 'object' && value !== null) {
    const held = value as Record<string, unknown>;
    const complete: Record<string, unknown> = {};
    for (const [key, field] of Object.entries(inner.shape)) {
      if (held[key] !== undefined) complete[key] = completeNulls(field, held[key]);
      else if (field instanceof z.ZodOptional) complete[key] = null;
    }
    return complete;
  }
  return value;
}

function unwrap(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable
    ? unwrap(schema.unwrap() as z.ZodType)
    : schema;
}
