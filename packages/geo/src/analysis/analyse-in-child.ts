import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';

import type { AnalyseOptions, Analysis } from '../findings/index.ts';
import { runInChild } from './run-in-child.ts';
import type { ChildLimits } from './run-in-child.ts';

export interface AnalyseInChildOptions extends AnalyseOptions, Omit<ChildLimits, 'signal'> {}

/**
 * `analyse` in a process of its own, within limits of time, memory and disk.
 * @throws {AnalysisError} as `analyse` does, and for a child that dies; the signal's reason when aborted.
 */
export async function analyseInChild(path: string, options: AnalyseInChildOptions): Promise<Analysis> {
  const { signal, timeoutSeconds, memoryMb, diskMb, scratchFolder, compiledFolder, ...rest } = options;
  const { fileName, previewPath, alternativePath } = rest;
  const written = alternativePath === undefined ? [] : [alternativePath];
  const limits = { signal, timeoutSeconds, memoryMb, diskMb, scratchFolder, compiledFolder };
  try {
    const task = { kind: 'analyse', path: resolve(path), options: rest } as const;
    const answer = await runInChild(task, { ...limits, fileName, written });
    if (answer.kind === 'analysed') return answer.analysis;
    throw new Error(`analysis answered ${answer.kind}`);
  } catch (error) {
    for (const file of [previewPath, alternativePath])
      if (file !== undefined) await rm(file, { force: true });
    throw error;
  }
}
