import { sql } from 'drizzle-orm';

import type { Queries } from '../../database/index.ts';

/** One transaction at a time admits or ends executions of a group: two at once would not see what the other does. */
export async function lockGroup(tx: Queries, groupId: string): Promise<void> {
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtext('fusion-platform group'), hashtext(${groupId}))`,
  );
}
