import { sql } from 'drizzle-orm';

import type { Queries } from '../../database/index.ts';

/** Two platforms that look at the same group at once would each take what the other does for not done. */
export async function lockGroup(tx: Queries, groupId: string): Promise<void> {
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtext('fusion-platform group'), hashtext(${groupId}))`,
  );
}
