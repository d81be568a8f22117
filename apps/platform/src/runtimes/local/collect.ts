import { statSync } from 'node:fs';

import type { Collected, CollectedFile, CollectPlan, Job } from '../runtime.ts';
import { packStorage } from './kept-storage.ts';
import { readOutcome, TooManyFilesError } from './outcome.ts';
import type { Outcome } from './outcome.ts';
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
 */
export async function collect(
  job: Pick<Job, 'outputs' | 'resources'>,
  folder: string,
  plan: CollectPlan,
  objects: StagingObjects,
  { final, signal }: CollectionOptions,
): Promise<Collected> {
  const outcome = outcomeOf(job, folder);
  const { success, exitType, abortReason, invalid, dispatched, warnings } = outcome;
  const outputs = new Map<number, readonly CollectedFile[]>();
  for (const [number, files] of plan.outputPrefix === null ? [] : outcome.files) {
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
  return {
    outcome: { success, exitType, abortReason, ...(invalid === undefined ? {} : { invalid }) },
    outputs,
    storage: kept.file,
    dispatched,
    warnings:
      kept.passedOver === 0
        ? warnings
        : [...warnings, `${kept.passedOver} files and folders of storage/ cannot be kept for the next run`],
  };
}

/** Small ones with as many digits as they need. */
function gigabytes(bytes: number): string {
  const size = bytes / 1024 ** 3;
  return size < 1 ? size.toPrecision(2) : size.toFixed(1);
}

/** What a service may not leave behind is its failure, whatever it says of itself. */
function outcomeOf({ outputs, resources }: Pick<Job, 'outputs' | 'resources'>, folder: string): Outcome {
  const failed = (exitType: string | null, abortReason: string): Outcome => ({
    success: false,
    exitType,
    abortReason,
    files: new Map(),
    dispatched: [],
    warnings: [],
  });
  try {
    const outcome = readOutcome(folder, outputs);
    const size = sizeOf(outcome);
    // Files with holes take less room than they say, but reading them takes all of it.
    if (size > resources.storageGb * 1024 ** 3)
      return failed(
        'storage_exceeded',
        `Its outputs are ${gigabytes(size)} GB long; ${resources.storageGb} GB are allowed`,
      );
    return outcome;
  } catch (error) {
    if (error instanceof TooManyFilesError) return failed(null, error.message);
    throw error;
  }
}

function sizeOf({ files }: Outcome): number {
  let bytes = 0;
  for (const { path } of [...files.values()].flat()) bytes += statSync(path).size;
  return bytes;
}
