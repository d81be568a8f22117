import type { Collected, CollectedFile, CollectPlan, Job } from '../cut.ts';
import { packStorage } from './kept-storage.ts';
import { readOutcome } from './outcome.ts';
import type { StagingObjects } from './staging-objects.ts';

export interface CollectionOptions {
  /** Whether nobody can write to the files any more. */
  readonly final: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Stores the outputs of an attempt that has ended, and reads its outcome.json. Keys are those of the plan, so that doing
 * it again after a kill changes nothing.
 * @param job what of the job was written down
 * @throws TooManyFilesError
 */
export async function collect(
  job: Pick<Job, 'outputs' | 'resources'>,
  folder: string,
  plan: CollectPlan,
  objects: StagingObjects,
  { final, signal }: CollectionOptions,
): Promise<Collected> {
  const outcome = readOutcome(folder, job.outputs);
  const outputs = new Map<number, readonly CollectedFile[]>();
  for (const [number, files] of outcome.files) {
    const stored: CollectedFile[] = [];
    for (const [index, { path, name, fileType, title, description }] of files.entries()) {
      signal?.throwIfAborted();
      const key = `${plan.outputPrefix}-${number}-${index + 1}`;
      const { size, sha256 } = await objects.store(key, path, { final, signal });
      stored.push({ name, fileType, object: { key, size, sha256 }, title, description });
    }
    outputs.set(number, stored);
  }
  const kept =
    plan.storageKey === null
      ? { file: null, passedOver: 0 }
      : await packStorage(folder, objects, {
          objectKey: plan.storageKey,
          mostBytes: job.resources.storageGb * 1024 ** 3,
          signal,
        });
  const { success, exitType, abortReason, dispatched, warnings } = outcome;
  return {
    outcome: { success, exitType, abortReason },
    outputs,
    storage: kept.file,
    dispatched,
    warnings:
      kept.passedOver === 0
        ? warnings
        : [...warnings, `${kept.passedOver} files and folders of storage/ cannot be kept for the next run`],
  };
}
