import type { LocalAttempts } from '../local/attempts.ts';
import { ProcessRuntime } from './process-runtime.ts';
import type { ProcessRuntimeOptions } from './process-runtime.ts';

/** For the conformance suite: looks often and leaves soon. */
export function createRuntime(
  stateFolder: string,
  options: Omit<ProcessRuntimeOptions, 'stateFolder'>,
): LocalAttempts {
  return new ProcessRuntime({
    metricsMilliseconds: { shortest: 50, longest: 200 },
    idleMilliseconds: 2_000,
    ...options,
    stateFolder,
  });
}
