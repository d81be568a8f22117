export { createExecutions } from './executions.ts';
export type { Executions, ExecutionsOptions } from './executions.ts';
export type { ExecutionsSettings } from './context.ts';
export { executionsOf } from './read.ts';
export type { ListedExecution } from './read.ts';
