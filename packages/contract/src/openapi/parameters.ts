import type { Answer, Body, Call } from '../calls/index.ts';
import { filterModifiers, maximumLimit } from '../wire/index.ts';
import type { JsonSchema, Schemas } from './json-schema.ts';

type AnyCall = Call<string, Body, Answer>;

/** What a list call takes besides its own parameters. */
export const listParameters: Record<string, JsonSchema> = {
  limit: {
    name: 'limit',
    in: 'query',
    description: 'How many to give at most in one page.',
    schema: { type: 'integer', minimum: 1, maximum: maximumLimit, default: 24 },
  },
  reverse: {
    name: 'reverse',
    in: 'query',
    description: 'Newest first. `True` and `False` are taken in any case.',
    schema: { type: 'boolean', default: false },
  },
  last: {
    name: 'last',
    in: 'query',
    style: 'deepObject',
    explode: true,
    description: 'The `last` of the page before, key by key: `last[key]=value`.',
    schema: { type: 'object', additionalProperties: { type: 'string' } },
  },
  search: {
    name: 'search',
    in: 'query',
    description: 'Words to be found in the text fields, in any case.',
    schema: { type: 'string' },
  },
  idempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'A text of the client’s choice. A call with the same key and body gives the answer of the first, and does nothing again.',
    schema: { type: 'string', maxLength: 255 },
    'x-extension': true,
  },
};

export function parametersOf(schemas: Schemas, call: AnyCall): JsonSchema[] {
  return [
    ...pathParameters(call.path),
    ...queryParameters(schemas, call),
    ...(call.answer.kind === 'list' ? forList(call.answer.filters, call.answer.search) : []),
    ...(call.idempotent || !call.authenticated ? [] : [common('idempotencyKey')]),
  ];
}

function pathParameters(path: string): JsonSchema[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    description: `The id of the ${name!.replace(/_id$/, '').replaceAll('_', ' ')}.`,
    schema: { type: 'string', format: 'uuid' },
  }));
}

function queryParameters(schemas: Schemas, call: AnyCall): JsonSchema[] {
  const { properties = {}, required = [] } = schemas.of(call.query) as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    description,
    required: required.includes(name),
    schema,
  }));
}

function forList(filters: readonly string[], search: boolean): JsonSchema[] {
  return [
    common('limit'),
    common('reverse'),
    common('last'),
    ...(search ? [common('search')] : []),
    ...(filters.length > 0 ? [filterParameter(filters)] : []),
  ];
}

function filterParameter(filters: readonly string[]): JsonSchema {
  return {
    name: 'filter',
    in: 'query',
    style: 'deepObject',
    explode: true,
    description: `\`filter[FIELD__MODIFIER]=VALUE\`, where FIELD is one of ${filters.join(', ')}. Without a modifier it means \`eq\`. \`in\` and \`between\` take the parameter repeatedly, or values parted by commas.`,
    schema: {
      type: 'object',
      propertyNames: { pattern: `^(${filters.join('|')})(__(${filterModifiers.join('|')}))?$` },
      additionalProperties: {
        oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
      },
    },
  };
}

const common = (name: string): JsonSchema => ({ $ref: `#/components/parameters/${name}` });
