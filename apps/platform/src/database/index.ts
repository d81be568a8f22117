export { openDatabase } from './open.ts';
export type { Database, Queries } from './open.ts';
export { selectPage } from './page.ts';
export type { Page } from './page.ts';
export { selectRows } from './rows.ts';
export * as tables from './tables/index.ts';
export { platformNow } from './columns.ts';
export type { ComponentDispatch, ComponentInput, ComponentOutput, Dispatched } from './tables/index.ts';
