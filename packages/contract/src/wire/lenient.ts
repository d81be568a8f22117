import * as z from 'zod';

import type { AnyModel } from '../models/index.ts';

const made = new WeakMap<AnyModel, z.ZodObject>();

/**
 * The model's schema with every field optional, those of nested objects too: what a template leaves out is not known
 * yet, such as the `id` of an input that has no data.
 */
export function lenient(model: AnyModel): z.ZodObject {
  const known = made.get(model);
  if (known) return known;
  const schema = lenientObject(model.schema);
  made.set(model, schema);
  return schema;
}

function lenientObject(schema: z.ZodObject): z.ZodObject {
  return z.object(
    Object.fromEntries(
      Object.entries(schema.shape).map(([key, field]) => [key, relax(field as z.ZodType).nullish()]),
    ),
  );
}

function relax(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return relax(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodArray) return z.array(relaxItem(schema.element as z.ZodType));
  if (schema instanceof z.ZodObject) return lenientObject(schema);
  return schema;
}

/** A list may hold nulls only where the model says so. */
function relaxItem(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodNullable ? relax(schema).nullable() : relax(schema);
}
