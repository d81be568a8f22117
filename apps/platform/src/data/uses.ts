import { eq } from 'drizzle-orm';

import { tables } from '../database/index.ts';
import type { Queries } from '../database/index.ts';

/** Says which data a process uses from now on, in the caller's transaction; none when it is deleted. */
export async function setUses(tx: Queries, processId: string, dataIds: readonly string[]): Promise<void> {
  await tx.delete(tables.dataUses).where(eq(tables.dataUses.process_id, processId));
  const ids = [...new Set(dataIds)];
  if (ids.length > 0)
    await tx.insert(tables.dataUses).values(ids.map((data_id) => ({ data_id, process_id: processId })));
}
