import { sql } from 'drizzle-orm';

import type { Queries } from '../database/index.ts';

/**
 * Makes the version of an SSD that is offered its latest: the highest that is approved; where none is, the highest of
 * those that wait for approval, which their own organisation runs. What was withdrawn, or is gone from its folder, is none.
 */
export async function chooseLatest(tx: Queries, ssdId: string): Promise<void> {
  // Two at once would each leave its own.
  await tx.execute(sql`select id from services where ssd_id = ${ssdId} order by id for update`);
  await tx.execute(sql`
    with chosen as (
      select id from services
      where ssd_id = ${ssdId} and present and approval_status <> 'withdrawn'
      order by approval_status = 'approved' desc, version desc limit 1
    )
    update services set latest = coalesce(id = (select id from chosen), false)
    where ssd_id = ${ssdId} and latest is distinct from coalesce(id = (select id from chosen), false)`);
}
