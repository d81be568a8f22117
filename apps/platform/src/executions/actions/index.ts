export { createActions } from './run.ts';
export type { Actions, ActionsOptions, SafeFetch } from './run.ts';
export { resolveActions } from './resolve.ts';
export type { ActionOutput } from './resolve.ts';
