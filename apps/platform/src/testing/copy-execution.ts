import { sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';

import { selectRows } from '../database/index.ts';
import type { Database } from '../database/index.ts';

interface Copied {
  readonly executions: readonly string[];
  readonly components: readonly string[];
}

/**
 * Copies an execution with its components and their samples, so many times. The ids of a copy follow from those of what is
 * copied. @returns the ids of all executions and components of the database
 */
export async function copyExecution({ queries }: Database, id: string, count: number): Promise<Copied> {
  const copies = sql`generate_series(1, ${count}::int) as n`;
  const idOf = (column: string) => sql`md5(${sql.raw(column)}::text || n)::uuid`;
  const place = (table: string) => sql`nextval(pg_get_serial_sequence(${table}, 'seq'))`;
  const copy = async (table: string, from: SQL, changed: SQL, where: SQL): Promise<void> => {
    // What the database works out by itself cannot be written.
    const columns = await selectRows<{ name: string }>(
      queries,
      sql`select column_name as name from information_schema.columns
        where table_name = ${table} and table_schema = current_schema() and is_generated = 'NEVER'`,
    );
    const list = (prefix: string) => sql.raw(columns.map(({ name }) => `${prefix}"${name}"`).join(', '));
    await queries.execute(sql`insert into ${sql.identifier(table)} (${list('')}) select ${list('copy.')}
      from ${from}, ${copies}, lateral jsonb_populate_record(t, jsonb_build_object(${changed})) as copy where ${where}`);
  };
  await copy(
    'process_executions',
    sql`process_executions t`,
    sql`'id', ${idOf('t.id')}, 'created_at', t.created_at + n * interval '1 ms'`,
    sql`t.id = ${id}`,
  );
  await copy(
    'process_service_executions',
    sql`process_service_executions t`,
    sql`'id', ${idOf('t.id')}, 'process_execution_id', ${idOf('t.process_execution_id')}, 'seq', ${place('process_service_executions')}`,
    sql`t.process_execution_id = ${id}`,
  );
  await copy(
    'component_metrics',
    sql`component_metrics t join process_service_executions c on c.id = t.component_id and c.process_execution_id = ${id}`,
    sql`'component_id', ${idOf('t.component_id')}, 'seq', ${place('component_metrics')}`,
    sql`true`,
  );
  await queries.execute(sql`analyze`);
  const ids = async (table: string): Promise<string[]> => {
    const rows = await selectRows<{ id: string }>(
      queries,
      sql`select id from ${sql.identifier(table)} order by created_at, id`,
    );
    return rows.map((row) => row.id);
  };
  return {
    executions: await ids('process_executions'),
    components: await ids('process_service_executions'),
  };
}
