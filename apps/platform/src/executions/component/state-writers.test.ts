import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { expect, test } from 'vitest';

const sources = resolve(import.meta.dirname, '../..');

/** The only file that writes the state of each table, by its names in SQL and in the query builder. */
const writers = [
  {
    table: 'process_service_executions',
    object: 'processServiceExecutions',
    file: 'executions/component/transitions.ts',
  },
  {
    table: 'process_executions',
    object: 'processExecutions',
    file: 'executions/component/execution-transitions.ts',
  },
  {
    table: 'component_attempts',
    object: 'componentAttempts',
    file: 'executions/component/attempt-transitions.ts',
  },
];

const read = (file: string): string => readFileSync(join(sources, file), 'utf8');

/** Where a statement of SQL, or of the query builder, gives rows of a table a state. */
function writesState(source: string, { table, object }: (typeof writers)[number]): boolean {
  const assigned = new RegExp(
    String.raw`\bupdate ${table}\b[^\x60]*?\bset\b([^\x60]*?)(?:\bwhere\b|\bfrom\b|\x60)`,
    'g',
  );
  const inserted = new RegExp(String.raw`\binsert into ${table}\s*\(([^)]*)\)`, 'g');
  const built = new RegExp(
    String.raw`\.(?:update|insert)\((?:tables\.)?${object}\)\s*\.(?:set|values)\(([^;]*?)(?:\.where\(|;)`,
    'g',
  );
  const claimed = new RegExp(
    String.raw`\b(?:claimRows|releaseClaims)\([^;]*?'${table}'[^;]*?\bset: sql\x60([^\x60]*)\x60`,
    'g',
  );
  const found = (pattern: RegExp): string[] => [...source.matchAll(pattern)].map(([, part = '']) => part);
  return (
    [...found(assigned), ...found(claimed)].some((part) => /\bstate\s*=/.test(part)) ||
    [...found(inserted), ...found(built)].some((part) => /\bstate\b(?!\.)/.test(part))
  );
}

test.each(writers)('the state of $table is written in $file alone', (writer) => {
  const files = globSync('**/*.ts', { cwd: sources }).filter(
    (file) => !/\.test\.ts$|(^|\/)testing\/|^database\/tables\//.test(file),
  );
  expect(files.length).toBeGreaterThan(200);
  expect(files.filter((file) => writesState(read(file), writer))).toEqual(
    files.filter((file) => file === writer.file),
  );
});

test.each([
  'tx.execute(sql`update process_executions e set progress = 1, state = ${to} where id = ${id}`)',
  'sql`insert into process_executions (id, state) values (1, 2)`',
  'await tx\n  .update(tables.processExecutions)\n  .set({ ...fields, state: to })\n  .where(x);',
  "await claimRows(tx, 'process_executions', { lease, set: sql`a = 1, state = ${to}` });",
  'await tx.insert(processExecutions).values({\n  state,\n  id,\n});',
])('a writer is recognised: %j', (source) => {
  expect(writesState(source, writers[1]!)).toBe(true);
});

test.each([
  "sql`update process_executions set progress = 1 where state = 'waiting'`",
  "sql`update process_service_executions set state = 'waiting' where id = 1`",
  'await tx.update(tables.processExecutions).set({ progress: 1 }).where(eq(tables.processExecutions.state, from));',
])('what only asks for a state, or writes another one, is none: %j', (source) => {
  expect(writesState(source, writers[1]!)).toBe(false);
});
