import type { SamplesAnswer } from '@fusion-platform/contract';
import { and, asc, eq, gt } from 'drizzle-orm';

import { tables } from '../../../database/index.ts';
import type { Queries } from '../../../database/index.ts';
import { findComponent } from '../read.ts';

const atOnce = 20_000;

/** The samples of a component after those that are known. @throws CallError `not_found` */
export async function readSamples(
  queries: Queries,
  organisationId: string,
  componentId: string,
  after: number,
): Promise<SamplesAnswer> {
  await findComponent(queries, organisationId, componentId);
  const { componentMetrics } = tables;
  const rows = await queries
    .select()
    .from(componentMetrics)
    .where(and(eq(componentMetrics.component_id, componentId), gt(componentMetrics.seq, after)))
    .orderBy(asc(componentMetrics.seq))
    .limit(atOnce);
  return {
    samples: rows.map(({ attempt, sample }) => ({ ...sample, attempt })),
    next: rows.at(-1)?.seq ?? after,
  };
}
