import type { Runtime } from '../runtime.ts';
import { ContainerRuntime } from './container-runtime.ts';
import type { ContainerRuntimeOptions } from './container-runtime.ts';

export type { ContainerRuntimeOptions };

/** Does nothing yet: the container engine is asked by the first call that needs it. */
export function createContainerRuntime(options: ContainerRuntimeOptions): Runtime {
  return new ContainerRuntime(options);
}
