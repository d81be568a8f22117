import { sql } from 'drizzle-orm';

import { selectRows } from '../../../database/index.ts';
import type { Queries } from '../../../database/index.ts';

export interface Region {
  readonly bounds: number[] | null;
  readonly outline: string | null;
}

/** Outlines longer than this are left out where there are many: their bounds must do. In characters. */
const longestOutline = 20_000;
const longestOfMany = 4_000;

/** The region of each execution, by its id. */
export async function regionsOf(
  queries: Queries,
  executionIds: readonly string[],
): Promise<ReadonlyMap<string, Region>> {
  if (executionIds.length === 0) return new Map();
  const longest = executionIds.length > 50 ? longestOfMany : longestOutline;
  const rows = await selectRows<Region & { readonly id: string }>(
    queries,
    sql`select e.id, f.bounds, case when length(f.geojson) <= ${longest} then f.geojson end as outline
      from process_executions e
      cross join lateral (
        select f.bounds, f.geojson from data_files f
        where f.data_id = e.region_data_id and f.bounds is not null order by f.created_at limit 1
      ) f
      where e.id in (${sql.join(
        executionIds.map((id) => sql`${id}`),
        sql`, `,
      )})`,
  );
  return new Map(rows.map(({ id, bounds, outline }) => [id, { bounds, outline }]));
}
