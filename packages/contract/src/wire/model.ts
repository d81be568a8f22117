import { z } from 'zod';

import { ModelError } from '../errors.ts';
import type { FieldIssue } from '../errors.ts';
import type { AnyModel, ModelValue } from '../models/index.ts';
import { blankToNull } from './blank.ts';

/**
 * Reads a stored model as it comes over the wire.
 * @throws ModelError naming every offending path.
 */
export function parseModel<M extends AnyModel>(model: M, wire: unknown): ModelValue<M> {
  return parse(model.name, model.schema, wire) as ModelValue<M>;
}

/** Reads a template: like a model, but what is not known yet may be absent. */
export function parseTemplate<M extends AnyModel>(model: M, wire: unknown): Partial<ModelValue<M>> {
  return parse(model.name, template(model), wire) as Partial<ModelValue<M>>;
}

/** Gives the wire form of a model: fields in order, without those that have no value. */
export function presentModel<M extends AnyModel>(
  model: M,
  value: Partial<ModelValue<M>>,
): Record<string, unknown> {
  const held: Record<string, unknown> = {};
  for (const key of model.fields) {
    const field = (value as Record<string, unknown>)[key];
    if (field !== null && field !== undefined) held[key] = encodeField(model, key, field);
  }
  return held;
}

/** Reads a value by any schema of the contract. */
export function parse<S extends z.ZodType>(name: string, schema: S, wire: unknown): z.output<S> {
  const result = schema.safeParse(blankToNull(schema, wire));
  if (result.success) return result.data;
  throw new ModelError(
    name,
    result.error.issues.flatMap((issue) => readable(issue)),
  );
}

export function encodeField(model: AnyModel, key: string, value: unknown): unknown {
  const schema = model.schema.shape[key] as z.ZodType | undefined;
  if (!schema) return value;
  const result = z.safeEncode(schema, value);
  if (result.success) return result.data;
  throw new ModelError(
    model.name,
    result.error.issues.flatMap((issue) => readable(issue, [key])),
  );
}

const templates = new WeakMap<AnyModel, z.ZodObject>();

/** The model's schema with every top-level field optional, and `id` of nested inputs too: an empty input has none. */
function template(model: AnyModel): z.ZodObject {
  const known = templates.get(model);
  if (known) return known;
  const made = lenient(model.schema);
  templates.set(model, made);
  return made;
}

function lenient(schema: z.ZodObject): z.ZodObject {
  return z.object(
    Object.fromEntries(
      Object.entries(schema.shape).map(([key, field]) => [key, relax(field as z.ZodType).nullish()]),
    ),
  );
}

function relax(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return relax(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodArray) return z.array(relax(schema.element as z.ZodType));
  if (schema instanceof z.ZodObject) return lenient(schema);
  return schema;
}

function readable(issue: z.core.$ZodIssue, prefix: readonly PropertyKey[] = []): FieldIssue[] {
  const path = [...prefix, ...issue.path];
  const message =
    issue.code === 'invalid_type' && issue.input === undefined
      ? 'is required'
      : issue.message.replace(/^Invalid input: /, '');
  return [{ path: pathText(path), message }];
}

function pathText(path: readonly PropertyKey[]): string {
  if (path.length === 0) return '(the whole)';
  return path
    .map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i ? '.' : ''}${String(key)}`))
    .join('');
}
