export { createActions } from './run.ts';
export type { Actions, ActionsOptions } from './run.ts';
export { resolveActions } from './resolve.ts';
export type { ActionOutput } from './resolve.ts';
