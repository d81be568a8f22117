import type { Runtime } from '../runtime.ts';
import { SlurmRuntime } from './slurm-runtime.ts';
import type { SlurmRuntimeOptions } from './slurm-runtime.ts';

export type { SlurmRuntimeOptions };

/** Does nothing yet: the cluster is asked by the first call that needs it. */
export function createSlurmRuntime(options: SlurmRuntimeOptions): Runtime {
  return new SlurmRuntime(options);
}
