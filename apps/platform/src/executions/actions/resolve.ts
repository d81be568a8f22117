import type { ProcessServiceExecution } from '@fusion-platform/contract';

import type { Manifest } from '../../catalogue/index.ts';

/** An output of a component of the same execution. */
export interface ActionOutput {
  readonly ssd_id: string;
  /** Its number, from 1. */
  readonly output: number;
  readonly data_id: string;
}

type Resolved = NonNullable<ProcessServiceExecution['actions']>;

/** The actions of a service as a component of it shows them: with the data items that hold their selectors. */
export function resolveActions(
  actions: Manifest['actions'],
  outputs: readonly ActionOutput[],
): Resolved | null {
  if (actions.length === 0) return null;
  return actions.map((action) => ({
    ...action,
    values: action.values.map(({ expression, value, url, advanced, title, description, ...before }) => ({
      ...before,
      data_id:
        outputs.find(({ ssd_id, output }) => ssd_id === before.ssd_id && output === before.output)?.data_id ??
        null,
      expression,
      value: before.selector ?? value,
      url,
      advanced,
      title,
      description,
    })),
  }));
}
