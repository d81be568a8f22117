import * as z from 'zod';

import { ModelError } from '../errors.ts';
import { sendable } from '../models/index.ts';
import type { AnyModel, ModelValue } from '../models/index.ts';
import { completeNulls } from './complete.ts';
import { fieldIssue } from './issues.ts';
import { JsonBytes } from './json-bytes.ts';
import { lenient } from './lenient.ts';
import { tidy } from './tidy.ts';
import { writerOf } from './write.ts';
import type { Writer } from './write-fields.ts';
import { fieldsWriter } from './write-fields.ts';

/**
 * Reads a stored model as it comes over the wire.
 * @throws ModelError naming every offending path.
 */
export function parseModel<M extends AnyModel>(model: M, wire: unknown): ModelValue<M> {
  return parse(model.name, model.schema, wire) as ModelValue<M>;
}

/** Reads a template: like a model, but what is not known yet may be absent, in nested objects too. */
export function parseTemplate<M extends AnyModel>(model: M, wire: unknown): Partial<ModelValue<M>> {
  return parse(model.name, lenient(model), wire) as Partial<ModelValue<M>>;
}

/**
 * Gives the wire form of a model or template: fields in order, without those that have no value. Objects nested in it
 * carry all their nullable fields, null where empty, since the Python client reads them without a test.
 */
export function presentModel<M extends AnyModel>(
  model: M,
  value: Partial<ModelValue<M>>,
): Record<string, unknown> {
  const out = new JsonBytes(1024);
  writeModel(model, value, out);
  return JSON.parse(new TextDecoder().decode(out.bytes.subarray(0, out.length))) as Record<string, unknown>;
}

/** Writes the wire form of a model or template. @throws ModelError */
export function writeModel<M extends AnyModel>(
  model: M,
  value: Partial<ModelValue<M>>,
  out: JsonBytes,
): void {
  modelWriter(model)(value, out);
}

const writersMade = new WeakMap<AnyModel, Writer>();

function modelWriter(model: AnyModel): Writer {
  const known = writersMade.get(model);
  if (known) return known;
  const made = fieldsWriter(
    model.fields.map((key) => ({ key, write: fieldWriter(model, key), absent: 'skipped' })),
  );
  writersMade.set(model, made);
  return made;
}

/** Writes a field, by its schema where it must. @returns whether there was anything to write */
function fieldWriter(model: AnyModel, key: string): Writer {
  const write = writerOf(model.schema.shape[key] as z.ZodType);
  return (value, out) => {
    const start = out.length;
    if (write?.(value, out)) return true;
    out.length = start;
    const json = JSON.stringify(presentBySchema(model, key, value)) as string | undefined;
    if (json === undefined) return false;
    out.writeJson(json);
    return true;
  };
}

/** The wire form of one field by its schema, which says what is wrong with it. @throws ModelError */
export function presentBySchema(model: AnyModel, key: string, field: unknown): unknown {
  const encoded = encode(model.name, lenient(model).shape[key] as z.ZodType, key, field);
  return completeNulls(model.schema.shape[key] as z.ZodType, encoded);
}

/** Reads a value by any schema of the contract. */
export function parse<S extends z.ZodType>(name: string, schema: S, wire: unknown): z.output<S> {
  const result = schema.safeParse(tidy(schema, wire));
  if (result.success) return result.data;
  throw new ModelError(
    name,
    result.error.issues.slice(0, mostIssues).map((issue) => fieldIssue(issue)),
  );
}

/** So many are named: an answer must not be larger than what it is about. */
const mostIssues = 100;

/** The wire form of one field of a model that a client sends. @throws ModelError */
export function encodeField(model: AnyModel, key: string, value: unknown): unknown {
  return encode(model.name, sendable(model.schema.shape[key] as z.ZodType), key, value);
}

function encode(name: string, schema: z.ZodType, key: string, value: unknown): unknown {
  const result = z.safeEncode(schema, value);
  if (result.success) return result.data;
  throw new ModelError(
    name,
    result.error.issues.map((issue) => fieldIssue(issue, [key])),
  );
}
