export { actionsOf } from './actions-of.ts';
export { createActions } from './run.ts';
export type { Actions, ActionsOptions } from './run.ts';
