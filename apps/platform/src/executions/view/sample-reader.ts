import { sql } from 'drizzle-orm';

import { selectRows } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';
import type { Samples } from './present.ts';

/** The samples of components for a caller that asks repeatedly: each sample is read once. */
export type SampleReader = (componentIds: readonly string[]) => Promise<ReadonlyMap<string, Samples>>;

const noSamples: Samples = [];

/** Gives the same array again while nothing is new, so that callers can compare by identity. */
export function createSampleReader(queries: Queries): SampleReader {
  const known = new Map<string, { readonly samples: Samples; readonly last: number }>();
  return async (ids) => {
    const after = ids.map((id) => known.get(id)?.last ?? 0);
    // As numbers: a server answers with texts.
    const rows = await selectRows<{ component_id: string; last: number; samples: Samples }>(
      queries,
      sql`select k.id as component_id, max(m.seq)::float8 as last, jsonb_agg(m.sample order by m.seq) as samples
        from unnest(${sql.param([...ids])}::uuid[], ${sql.param(after)}::bigint[]) as k (id, after)
          join component_metrics m on m.component_id = k.id and m.seq > k.after
        group by k.id`,
    );
    for (const { component_id: id, last, samples } of rows)
      known.set(id, { samples: [...(known.get(id)?.samples ?? []), ...samples], last });
    return new Map(ids.map((id) => [id, known.get(id)?.samples ?? noSamples]));
  };
}
