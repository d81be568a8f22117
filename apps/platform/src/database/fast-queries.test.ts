import { and, asc, eq, exists, gt, inArray, isNull, or, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/pglite';
import { alias } from 'drizzle-orm/pg-core';
import { describe, expect, test } from 'vitest';

import { buildFast } from './fast-queries.ts';
import * as tables from './tables/index.ts';

// Neither is asked anything: they only make statements.
const client = { query: () => Promise.reject(new Error('nothing is asked here')) };
const theirs = drizzle(client as never);
const ours = buildFast(drizzle(client as never));
type Builder = typeof theirs;

const { componentAttempts: attempts, processServiceExecutions: components, data } = tables;
const id = '00000000-0000-4000-8000-000000000001';
const other = alias(attempts, 'other');

/** One of each kind that the platform has, and those that are left to drizzle. */
const statements: readonly (readonly [string, (on: Builder) => { toSQL: () => object }])[] = [
  ['a row', (on) => on.select().from(components).where(eq(components.id, id))],
  [
    'a join with an order and a bound',
    (on) =>
      on
        .select({ id: attempts.id, more: sql<number>`coalesce(${components.memory}, ${12})` })
        .from(attempts)
        .innerJoin(components, and(eq(attempts.component_id, components.id), gt(attempts.number, 3)))
        .where(or(inArray(attempts.id, [id, id]), isNull(attempts.handle)))
        .orderBy(asc(attempts.id))
        .limit(5)
        .for('update', { of: [components] }),
  ],
  [
    'a change',
    (on) =>
      on
        .update(components)
        .set({ state: 'running', retry_at: null, ended_at: sql`clock_timestamp()`, job_options: { a: 1 } })
        .where(and(eq(components.id, id), sql`${components.lease_owner} is not distinct from ${null}`))
        .returning({ row: sql`json_build_array(${components.id})` }),
  ],
  [
    'rows',
    (on) =>
      on.insert(data).values([
        { id, name: 'a' },
        { id, name: 'b' },
      ] as never),
  ],
  ['a removal', (on) => on.delete(data).where(eq(data.id, sql.placeholder('id')))],
  ['an alias', (on) => on.select({ id: other.id }).from(other).where(eq(other.component_id, id))],
  [
    'a question within one',
    (on) =>
      on
        .select({ id: data.id, big: sql<boolean>`true`.as('big') })
        .from(data)
        .where(exists(on.select({ id: attempts.id }).from(attempts).where(eq(attempts.id, id)))),
  ],
];

const written = [
  sql`select ${1} as a, ${'b'}, ${null}, ${undefined}, ${[1, 2]}, ${[]}, ${sql.identifier('we"ird')}`,
  sql`select ${sql.param(['a', 'b'])}::text[], ${sql.raw('now()')}, ${new Date(0)}, ${sql.empty()} from ${data}`,
  sql`select ${sql.join([sql`a = ${1}`, sql`b = ${2}`], sql` and `)} ${sql.placeholder('x')} ${data.id}`,
  sql`select ${1} ${sql`c = ${'inlined'}`.inlineParams()} ${2}`,
];

describe('A statement', () => {
  test.each(statements)('is the one that drizzle makes: %s', (_, make) => {
    const [expected, found] = [make(theirs).toSQL(), make(ours).toSQL()];
    expect(found).toEqual(expected);
  });

  test.each(written.map((statement, index) => [index, statement] as const))(
    'written by hand is the one that drizzle makes: %s',
    (_, statement) => {
      const by = ({ dialect }: { readonly dialect: { sqlToQuery: (of: typeof statement) => object } }) =>
        dialect.sqlToQuery(statement);
      const { typings: _typings, ...expected } = by(theirs as never) as { readonly typings?: unknown };
      expect(by(ours as never)).toMatchObject(expected);
    },
  );
});
