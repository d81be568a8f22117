export { isUnavailable } from './errors.ts';
export type { RuntimeErrorCode } from './errors.ts';
export { closeInherited, createProcessRuntime } from './process/index.ts';
export type { ProcessRuntimeOptions } from './process/index.ts';
export type {
  AttemptEnded,
  AttemptGone,
  AttemptHandle,
  AttemptNews,
  AttemptResources,
  AttemptRunning,
  AttemptSpec,
  AttemptState,
  AttemptStatus,
  Batch,
  CallOptions,
  EndedBy,
  LimitDescription,
  LogRecord,
  LogStream,
  MetricsRecord,
  Runtime,
  RuntimeDescription,
} from './runtime.ts';
export { spreadFolders } from './spread.ts';
export { removeTree } from './remove-tree.ts';
