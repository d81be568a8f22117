import { sql } from 'drizzle-orm';

import { selectRows } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';
import type { ExecutionRow } from '../rows.ts';

/** The names of users who stopped executions, by their ids. */
export type Stoppers = ReadonlyMap<string, string>;

/** The name of a member, or the address of one who gave none, is shown to the organisation; of a user who is no member only the id. */
export async function stoppersOf(
  queries: Queries,
  executions: readonly Pick<ExecutionRow, 'organisation_id' | 'stopped_by'>[],
): Promise<Stoppers> {
  const ids = new Set(executions.flatMap(({ stopped_by: user }) => user ?? []));
  if (ids.size === 0) return new Map();
  const organisations = new Set(executions.map(({ organisation_id: id }) => id));
  const rows = await selectRows<{ id: string; name: string }>(
    queries,
    sql`select distinct u.id, 
          coalesce(nullif(trim(concat_ws(' ', nullif(u.given_name, '-'), nullif(u.family_name, '-'))), ''), u.email) as name
        from users u
        join memberships m on m.user_id = u.id and m.organisation_id = any(${sql.param([...organisations])}::uuid[])
      where u.id = any(${sql.param([...ids])}::uuid[])`,
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}
