import { LocalRuntime } from '../local/local-runtime.ts';
import type { LocalRuntimeOptions } from '../local/local-runtime.ts';
import type { Runtime } from '../runtime.ts';
import { ProcessRuntime } from './process-runtime.ts';
import type { ProcessRuntimeOptions } from './process-runtime.ts';

export { closeInherited } from './close-inherited.ts';
export { Attempt } from './attempt.ts';
export { filesIn } from './files.ts';
export { findParentDeathSignal, resolveCommand } from './launch.ts';
export { findSandbox } from './sandbox.ts';
export type { MemoryUsage } from './memory-peak.ts';
export { Sampler } from './sampler.ts';

/** Does nothing yet: the supervisor is started by the first call that needs it. */
export function createProcessRuntime(options: ProcessRuntimeOptions & LocalRuntimeOptions): Runtime {
  return new LocalRuntime(new ProcessRuntime(options), options);
}
