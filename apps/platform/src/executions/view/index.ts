export { followExecution, followLogs } from './follow.ts';
export type { StreamItem } from './follow.ts';
export { openLogFile } from './log-file.ts';
export type { LogFileQuery, StreamedFile } from './log-file.ts';
export { createEngineMetrics } from './metrics.ts';
export { createOverview } from './overview/index.ts';
export type { Overview } from './overview/index.ts';
export {
  findComponent,
  findExecution,
  getComponent,
  getExecution,
  listAttempts,
  listComponents,
  listExecutions,
  listLogs,
  withExecutions,
} from './read.ts';
export type { Listed, Reading } from './read.ts';
