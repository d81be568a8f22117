export { createActions } from './actions/index.ts';
export type { Actions } from './actions/index.ts';
export { createExecutions } from './executions.ts';
export type { Executions, ExecutionsOptions } from './executions.ts';
export type { ExecutionsSettings } from './context.ts';
export { executionsOf } from './read.ts';
export type { ListedExecution } from './read.ts';
export { createProvenance } from './provenance/index.ts';
export type { ComponentProvenance } from './provenance/index.ts';
