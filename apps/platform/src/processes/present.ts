import { CallError } from '@fusion-platform/contract';

import { ChainError } from '../catalogue/index.ts';
import type { Chain } from '../catalogue/index.ts';
import type { Queries } from '../database/index.ts';
import { assess } from './assess.ts';
import { linksOf } from './chain-links.ts';
import type { Context, ProcessValue } from './context.ts';
import type { ProcessRow } from './parts.ts';
import { componentsOf } from './plan.ts';
import { coverProcess } from './secrets.ts';

/** Rows as the API shows them. */
export async function presentProcesses(
  queries: Queries,
  { catalogue }: Pick<Context, 'catalogue'>,
  rows: readonly ProcessRow[],
): Promise<ProcessValue[]> {
  const chains = new Map<string, Chain | undefined>();
  for (const serviceId of new Set(rows.map(({ service_id }) => service_id)))
    chains.set(serviceId, await findChain(catalogue, queries, serviceId));
  return rows.map((row) => {
    const chain = chains.get(row.service_id);
    const covered = coverProcess(row);
    return {
      ...row,
      price: Number(row.price),
      chains: chain ? linksOf(componentsOf(chain, assess(chain, row, new Map(), row.organisation_id))) : null,
      deletable: row.process_status === 'execute' ? null : 'deletable',
      // Its executions are another subject's, which adds them.
      has_executions: '',
      has_executions_organisation_id: '',
      executions: null,
      options: covered.options,
      dispatchers: covered.dispatchers.length > 0 ? covered.dispatchers : null,
      non_aggregator_count: row.slices,
      aggregator_count: row.aggregators,
      reuse: row.reuse || null,
    };
  });
}

/** None when a service of the chain is gone: the process stays readable. */
async function findChain(
  catalogue: Context['catalogue'],
  queries: Queries,
  serviceId: string,
): Promise<Chain | undefined> {
  try {
    return await catalogue.chain(queries, serviceId);
  } catch (error) {
    if (error instanceof ChainError || (error instanceof CallError && error.code === 'not_found'))
      return undefined;
    throw error;
  }
}
