export { isUnavailable, RuntimeError } from './errors.ts';
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
  RuntimeReason,
} from './runtime.ts';
export { spreadFolders } from './spread.ts';
