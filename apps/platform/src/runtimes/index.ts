export { createContainerRuntime } from './container/index.ts';
export { isUnavailable, RuntimeError } from './errors.ts';
export { InputUnavailableError } from './local/stage.ts';
export type { StagingObjects } from './local/staging-objects.ts';
export { closeInherited, createProcessRuntime } from './process/index.ts';
export type {
  AttemptHandle,
  Collected,
  CollectedFile,
  CollectPlan,
  Job,
  JobInput,
  LogRecord,
  MetricsRecord,
  Observation,
  ObjectReference,
  Runtime,
  RuntimeDescription,
  RuntimeReason,
} from './runtime.ts';
export { createSlurmRuntime } from './slurm/index.ts';
export { spreadFolders } from './spread.ts';
