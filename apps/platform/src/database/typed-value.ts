import { normaliseDateTime, QueryError } from '@fusion-platform/contract';
import { sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { AnyPgColumn } from 'drizzle-orm/pg-core';

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const ranges: Readonly<Record<string, number>> = {
  integer: 2 ** 31 - 1,
  bigint: Number.MAX_SAFE_INTEGER,
};

/**
 * A text of a query as a value of a column's type, or of a type by its name.
 * @param name of the parameter, e.g. `filter[id__eq]`
 * @throws QueryError for a text that is none
 */
export function typedValue(column: AnyPgColumn | string, text: string, name: string): SQL {
  const type = typeof column === 'string' ? column : typeOf(column);
  const fault = faultOf(type, text);
  if (fault) throw new QueryError(`${name}: "${text.slice(0, 80)}" is not ${fault}`);
  return sql`${text}::text::${sql.raw(type)}`;
}

/** A serial column is one of integers: no value can be cast to `bigserial` itself. */
function typeOf(column: AnyPgColumn): string {
  const type = column.getSQLType();
  return type === 'bigserial' ? 'bigint' : type;
}

function faultOf(type: string, text: string): string | undefined {
  if (type === 'uuid') return uuid.test(text) ? undefined : 'a UUID';
  if (type.startsWith('timestamp')) return isDate(text) ? undefined : 'an ISO 8601 date';
  if (type === 'boolean') return /^(true|false|t|f|1|0)$/i.test(text) ? undefined : 'True or False';
  if (type === 'jsonb') return isJson(text) ? undefined : 'JSON';
  if (type === 'text') return undefined;
  const most = ranges[type];
  if (most === undefined) return Number.isFinite(Number(text)) && text.trim() !== '' ? undefined : 'a number';
  return /^-?\d{1,16}$/.test(text) && Math.abs(Number(text)) <= most
    ? undefined
    : `a whole number up to ${most}`;
}

function isDate(text: string): boolean {
  try {
    return normaliseDateTime(text) !== '';
  } catch {
    return false;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return !text.includes(String.raw`\u0000`) && !/\\ud[89a-f]/i.test(text);
  } catch {
    return false;
  }
}
