import type { Runtime } from '../runtime.ts';
import { ProcessRuntime } from './process-runtime.ts';
import type { ProcessRuntimeOptions } from './process-runtime.ts';

export { closeInherited } from './close-inherited.ts';
export type { ProcessRuntimeOptions };
export { Sampler } from './sampler.ts';

/** Does nothing yet: the supervisor is started by the first call that needs it. */
export function createProcessRuntime(options: ProcessRuntimeOptions): Runtime {
  return new ProcessRuntime(options);
}
