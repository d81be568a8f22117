import * as z from 'zod';

import { ModelError } from '../errors.ts';
import type { FieldIssue } from '../errors.ts';
import { sendable } from '../models/index.ts';
import type { AnyModel, ModelValue } from '../models/index.ts';
import { encodeField, parse } from './model.ts';

/**
 * The flat body of a create or patch call: `{"Process[name]": …}`. Undefined fields are left out.
 * @throws ModelError naming every offending path.
 */
export function flattenModel<M extends AnyModel>(
  model: M,
  value: Partial<ModelValue<M>>,
): Record<string, unknown> {
  const flat: Record<string, unknown> = {};
  const issues: FieldIssue[] = [];
  for (const [key, field] of Object.entries(value)) {
    if (field === undefined || !Object.hasOwn(model.schema.shape, key)) continue;
    try {
      flat[`${model.name}[${key}]`] = field === null ? null : encodeField(model, key, field);
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      issues.push(...error.issues);
    }
  }
  if (issues.length > 0) throw new ModelError(model.name, issues);
  return flat;
}

/**
 * Reads a flat body. Fields that are read-only or unknown are dropped; those that the model needs may be absent, since
 * a patch sends what it likes (`requireFields` tells what a create needs).
 * @throws ModelError naming every offending path.
 */
export function parseFlatBody<M extends AnyModel>(
  model: M,
  body: unknown,
  { keep = [] }: { readonly keep?: readonly string[] } = {},
): Partial<ModelValue<M>> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new ModelError(model.name, [{ path: 'body', message: `expected ${flatForm(model.name)}` }]);
  }
  // As other calls take it: without a word, all that it says would be dropped.
  if (isObject((body as Record<string, unknown>)[model.name]))
    throw new ModelError(model.name, [{ path: model.name, message: `expected ${flatForm(model.name)}` }]);
  const prefix = `${model.name}[`;
  const fields: Record<string, unknown> = {};
  const shape: Record<string, z.ZodType> = {};
  for (const [key, value] of Object.entries(body)) {
    if (!key.startsWith(prefix) || !key.endsWith(']')) continue;
    const name = key.slice(prefix.length, -1);
    if (!Object.hasOwn(model.schema.shape, name)) continue;
    if (model.readOnly.has(name) && !keep.includes(name)) continue;
    fields[name] = value;
    shape[name] = sendable(model.schema.shape[name] as z.ZodType);
  }
  return parse(model.name, z.object(shape), fields) as Partial<ModelValue<M>>;
}

/**
 * Reads a nested body: `{"User": {"email": …}}`.
 * @throws ModelError naming every offending path; where the object itself is missing, what is expected
 */
export function parseNestedBody<S extends z.ZodObject>(name: string, schema: S, body: unknown): z.output<S> {
  const inner = isObject(body) ? body[name] : undefined;
  if (isObject(inner)) return parse(name, schema, inner);
  const message = `expected the JSON object ${nestedForm(name, schema)}`;
  if (!isObject(body)) throw new ModelError(name, [{ path: 'body', message }]);
  throw new ModelError(name, [
    { path: name, message: inner === undefined ? `is required: ${message}` : message },
  ]);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const flatForm = (name: string): string => `a JSON object of fields: {"${name}[name of the field]": …}`;

/** Of a schema without required fields the first field stands for them. */
function nestedForm(name: string, { shape }: z.ZodObject): string {
  const keys = Object.keys(shape);
  const required = keys.filter((key) => !(shape[key] as z.ZodType).safeParse(undefined).success);
  const shown = (required.length > 0 ? required : keys.slice(0, 1)).map((key) => `"${key}": …`);
  return `{"${name}": {${shown.join(', ')}}}`;
}

/** @throws ModelError naming each of `names` that `value` lacks. */
export function requireFields<M extends AnyModel>(
  model: M,
  value: Partial<ModelValue<M>>,
  names: readonly (keyof ModelValue<M> & string)[],
): void {
  const missing = names.filter((name) => value[name] === undefined || value[name] === null);
  if (missing.length > 0) {
    throw new ModelError(
      model.name,
      missing.map((path) => ({ path, message: 'is required' })),
    );
  }
}
