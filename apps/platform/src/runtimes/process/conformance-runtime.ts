import type { Runtime } from '../runtime.ts';
import { ProcessRuntime } from './process-runtime.ts';
import type { ProcessRuntimeOptions } from './process-runtime.ts';

/** For the conformance suite: looks often and leaves soon. */
export function createRuntime(
  stateFolder: string,
  options: Omit<ProcessRuntimeOptions, 'stateFolder'>,
): Runtime {
  return new ProcessRuntime({
    metricsMilliseconds: { shortest: 50, longest: 200 },
    idleMilliseconds: 2_000,
    ...options,
    stateFolder,
  });
}
