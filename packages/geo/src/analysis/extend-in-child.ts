import { resolve } from 'node:path';

import type { AnalysisLimits, Ingester, IngesterFinding } from '../findings/index.ts';
import { runInChild } from './run-in-child.ts';
import type { ChildLimits } from './run-in-child.ts';

export interface ExtendInChildOptions extends ChildLimits {
  /** The name that the user gave, for messages. */
  readonly fileName: string;
  readonly ingesters: readonly Ingester[];
  readonly limits?: AnalysisLimits;
}

/**
 * Runs ingesters on a GeoTIFF, the file itself or its alternative, that was analysed before: in a process of its own
 * that lets others go first. Each finding is told as it comes.
 * @throws {AnalysisError} where an ingester cannot cope with the file; the signal's reason when aborted.
 */
export async function extendInChild(
  path: string,
  { fileName, ingesters, limits = {}, ...rest }: ExtendInChildOptions,
  found: (finding: IngesterFinding) => void,
): Promise<void> {
  const task = { kind: 'extend', path: resolve(path), fileName, ingesters, limits } as const;
  await runInChild(task, {
    ...rest,
    fileName,
    background: true,
    onAnswer: (answer) => {
      if (answer.kind === 'found') found(answer.finding);
    },
  });
}
