import type { tables } from '../database/index.ts';

export type ExecutionRow = typeof tables.processExecutions.$inferSelect;
export type ComponentRow = typeof tables.processServiceExecutions.$inferSelect;
export type AttemptRow = typeof tables.componentAttempts.$inferSelect;
export type LogRow = typeof tables.componentLogs.$inferSelect;
