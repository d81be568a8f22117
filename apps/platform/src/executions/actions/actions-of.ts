import { CallError } from '@fusion-platform/contract';
import type { ProcessServiceExecution } from '@fusion-platform/contract';

import type { Manifest } from '../../catalogue/index.ts';
import type { Queries } from '../../database/index.ts';
import type { ComponentRow } from '../rows.ts';
import { outputsOf } from './outputs.ts';
import { resolveActions } from './resolve.ts';

/** The actions of a component as the API shows them; null when its service has none, or is gone. */
export async function actionsOf(
  queries: Queries,
  catalogue: {
    manifest(queries: Queries, serviceId: string): Promise<Pick<Manifest, 'actions'>>;
  },
  component: Pick<ComponentRow, 'service_id' | 'process_execution_id'>,
): Promise<ProcessServiceExecution['actions']> {
  try {
    const { actions } = await catalogue.manifest(queries, component.service_id);
    if (actions.length === 0) return null;
    return resolveActions(actions, await outputsOf(queries, component.process_execution_id));
  } catch (error) {
    if (error instanceof CallError && error.code === 'not_found') return null;
    throw error;
  }
}
