import { and, eq } from 'drizzle-orm';

import { tables } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';
import type { ActionOutput } from './resolve.ts';

const { processServiceExecutions: components } = tables;

/** The outputs of all components of an execution that have succeeded. */
export async function outputsOf(queries: Queries, executionId: string): Promise<ActionOutput[]> {
  const succeeded = await queries
    .select({ ssd_id: components.ssd_id, outputs: components.job_outputs })
    .from(components)
    .where(and(eq(components.process_execution_id, executionId), eq(components.state, 'succeeded')));
  return succeeded.flatMap(({ ssd_id, outputs }) =>
    outputs.map(({ number, data_id }) => ({ ssd_id, output: number, data_id })),
  );
}
