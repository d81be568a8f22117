import { getTableColumns, getTableName, is, sql } from 'drizzle-orm';
import { PgTable } from 'drizzle-orm/pg-core';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { openTestDatabase } from '../testing/prepared-database.ts';
import { jsonRow } from './json-row.ts';
import type { Database } from './open.ts';
import * as tables from './tables/index.ts';

let database: Database;
beforeAll(async () => void (database = await openTestDatabase()));
afterAll(async () => await database.close());

/** What is hard to carry, by type. */
const values: Readonly<Record<string, readonly string[]>> = {
  uuid: ["'7d0a6e4c-2f1b-4c8e-9d58-1f0a3c5b7e9d'::uuid"],
  text: [`E'"quoted", \\\\ back\\nslash, \\u2028 ümlaut and 😀'`, "''", "'null'"],
  integer: ['-2147483648', '2147483647', '0'],
  bigint: ['9007199254740991', '-1'],
  bigserial: ['9007199254740991'],
  boolean: ['true', 'false'],
  'double precision': ['0.1', '1e300', '-5e-324', "'NaN'::float8", "'-infinity'::float8"],
  jsonb: ['\'{"a": [1, 2.5, null, "x"]}\'::jsonb', "'[]'::jsonb", '\'"text"\'::jsonb'],
  timestamp: [
    "'2026-03-29 01:30:00.123456+00'::timestamptz",
    "'2026-03-29 01:30:00.1+00'::timestamptz",
    "'1969-12-31 23:59:59+00'::timestamptz",
  ],
  numeric: ['123456789012345678.123456', '12.500000', '0'],
};
const namesOf = (type: string): string | undefined =>
  Object.keys(values).find((name) => type.startsWith(name));

describe('A row as JSON', () => {
  const all = Object.values(tables as Record<string, unknown>).filter((each): each is PgTable =>
    is(each, PgTable),
  );

  test.each(all.map((table) => [getTableName(table), table] as const))(
    'of %s is the row that select gives',
    async (name, table) => {
      const columns = Object.values(getTableColumns(table)) as PgColumn[];
      const generatedRow = (at: number): string =>
        columns
          .map((column) => {
            const type = column.getSQLType();
            const choices = values[namesOf(type) ?? ''];
            if (!choices) throw new Error(`${name}.${column.name}: a type without values: ${type}`);
            const choice =
              at < 0 ? `null::${type === 'bigserial' ? 'bigint' : type}` : choices[at % choices.length]!;
            return `${choice} as "${column.name}"`;
          })
          .join(', ');
      const rows = [-1, 0, 1, 2, 3, 4].map((at) => `select ${generatedRow(at)}`).join(' union all ');
      // Hides the table itself, whose checks and references would want other rows first.
      await database.queries.execute(sql.raw(`create temporary table "${name}" as ${rows}`));
      const plain = await database.queries.select().from(table);
      const json = await database.queries.select({ row: jsonRow(table).sql }).from(table);
      expect(plain).toHaveLength(6);
      expect(json.map(({ row }) => row)).toEqual(plain);
    },
  );
});
