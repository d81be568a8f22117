import {
  decodeBoolean,
  decodeListQuery,
  parse,
  parseFlatBody,
  parseNestedBody,
  CallError,
} from '@fusion-platform/contract';
import type { ListQuery } from '@fusion-platform/contract';
import type { z } from 'zod';

import type { AnyCall } from './route.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Every parameter of a path is an id; what is none names nothing. */
export const isId = (text: string): boolean => uuid.test(text);

export function readParams(raw: Record<string, string>): Record<string, string> {
  const params: Record<string, string> = {};
  for (const name of Object.keys(raw)) {
    const value = raw[name]!;
    if (!isId(value))
      throw new CallError('not_found', `${name}: there is nothing with the id "${value.slice(0, 80)}"`);
    params[name] = value.toLowerCase();
  }
  return params;
}

/** A create call takes what the client chose of these, though a later change may not touch them. */
const keptOnCreate = ['id', 'organisation_id', 'service_id', 'ssd_id'];

export function readBody(call: AnyCall, raw: unknown): unknown {
  switch (call.body.kind) {
    case 'none':
      return undefined;
    case 'flat':
      return parseFlatBody(call.body.model, raw, call.method === 'POST' ? { keep: keptOnCreate } : {});
    case 'nested':
      return parseNestedBody(call.body.name, call.body.schema, raw);
  }
}

export function readList(call: AnyCall, params: URLSearchParams): ListQuery {
  return call.answer.kind === 'list' ? decodeListQuery(params, call.answer.filters) : {};
}

export function readQuery(call: AnyCall, params: URLSearchParams): Record<string, unknown> {
  const raw: Record<string, unknown> = {};
  const known = Object.entries(call.query.shape);
  if (known.length === 0) return raw;
  for (const [name, schema] of known) {
    const text = params.get(name);
    if (text === null || text === '') continue;
    raw[name] = isBoolean(schema as z.ZodType) ? decodeBoolean(name, text) : text;
  }
  return parse('query', call.query, raw);
}

function isBoolean(schema: z.ZodType): boolean {
  const { type, innerType } = schema.def as unknown as { type: string; innerType?: z.ZodType };
  return type === 'boolean' || (innerType !== undefined && isBoolean(innerType));
}

/**
 * Refuses texts that no database keeps: with a character NUL, or with half of a pair of UTF-16. Keys count as well.
 * @throws CallError `bad_request` naming the place
 */
export function refuseBrokenText(value: unknown, path = ''): void {
  if (typeof value === 'string') {
    if (isWhole(value)) return;
    const where = path === '' ? '(the whole)' : path;
    throw new CallError(
      'bad_request',
      `${where}: a text cannot hold null characters or halves of characters`,
      {
        fields: [{ path: where, message: 'a text without null characters and halves of characters' }],
      },
    );
  }
  if (Array.isArray(value)) value.forEach((item, index) => refuseBrokenText(item, `${path}[${index}]`));
  else if (typeof value === 'object' && value !== null)
    for (const [key, item] of Object.entries(value)) {
      if (!isWhole(key)) refuseBrokenText(key, path);
      refuseBrokenText(item, path === '' ? key : `${path}.${key}`);
    }
}

const isWhole = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/** @throws CallError `bad_request` naming the parameter */
export function refuseBrokenQuery(params: URLSearchParams): void {
  for (const [name, value] of params) {
    // What is no UTF-8 was read as this character.
    if (isWhole(name) && isWhole(value) && !value.includes('\uFFFD')) continue;
    throw new CallError(
      'bad_request',
      `${name.replaceAll('\0', '')}: it is no text, or holds null characters`,
    );
  }
}
