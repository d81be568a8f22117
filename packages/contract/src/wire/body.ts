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
    throw new ModelError(model.name, [
      { path: '(the whole)', message: `expected an object of ${model.name}[field] pairs` },
    ]);
  }
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
