import type * as z from 'zod';

import { sendable } from '../models/index.ts';
import type { AnyModel } from '../models/index.ts';
import { reference } from './json-schema.ts';
import type { JsonSchema, Schemas } from './json-schema.ts';

/** `{"model": …, "extras": …}`. */
export function oneAnswer(
  schemas: Schemas,
  model: AnyModel,
  template: boolean,
  extras: JsonSchema,
): JsonSchema {
  schemas.of(model.schema);
  return {
    type: 'object',
    properties: {
      model: template ? templateOf(schemas, model) : reference(model.name),
      extras: { ...extras, description: 'What comes with it.' },
    },
    required: ['model'],
  };
}

/** A page of a list. */
export function listAnswer(schemas: Schemas, model: AnyModel): JsonSchema {
  schemas.of(model.schema);
  const name = `${model.name}List`;
  schemas.components[name] ??= {
    type: 'object',
    title: `List of ${model.name}`,
    properties: {
      list: { type: 'array', items: reference(model.name), description: 'The page, in order.' },
      last: {
        type: ['object', 'null'],
        description:
          'Where the page ends: to be sent as `last[key]=value` for the next one. Absent or null: the list is complete. An empty page with it goes on.',
        additionalProperties: { type: ['string', 'number', 'boolean'] },
      },
      extras: { type: 'object', description: 'What comes with it.' },
    },
    required: ['list'],
  };
  return reference(name);
}

/** `{"Process[name]": …}`: a reference to the type of each field that the call takes. */
export function flatBody(schemas: Schemas, model: AnyModel, keep: readonly string[]): JsonSchema {
  schemas.of(model.schema);
  const taken = model.fields.filter((field) => !model.readOnly.has(field) || keep.includes(field));
  const properties = schemas.components[model.name]!['properties'] as Record<string, JsonSchema>;
  const type = (field: string): JsonSchema => {
    const { readOnly, ...writable } = properties[field]!;
    const schema = model.schema.shape[field] as z.ZodType;
    if (sendable(schema) !== schema) return schemas.of(sendable(schema));
    return readOnly ? writable : { $ref: `#/components/schemas/${model.name}/properties/${field}` };
  };
  return {
    type: 'object',
    description: 'Other fields of the model may be sent: they are ignored.',
    properties: Object.fromEntries(taken.map((field) => [`${model.name}[${field}]`, type(field)])),
  };
}

/** The model with nothing required, at any depth: a template leaves out what is not known yet. */
function templateOf(schemas: Schemas, model: AnyModel): JsonSchema {
  const name = `${model.name}Template`;
  schemas.components[name] ??= {
    ...(withoutRequired(schemas, schemas.components[model.name]!) as JsonSchema),
    title: `Template of ${model.name}`,
    description: 'One that is not stored: what is not known yet is left out.',
  };
  return reference(name);
}

function withoutRequired(schemas: Schemas, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutRequired(schemas, item));
  if (typeof value !== 'object' || value === null) return value;
  const { $ref, required, ...rest } = value as JsonSchema;
  const target = typeof $ref === 'string' ? schemas.components[$ref.split('/').at(-1)!] : undefined;
  if (target) return withoutRequired(schemas, { ...target, ...rest });
  return Object.fromEntries(
    Object.entries({ ...rest, ...(Array.isArray(required) ? {} : { required }) })
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [key, withoutRequired(schemas, item)]),
  );
}
