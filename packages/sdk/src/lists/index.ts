export { Collection } from './collection.ts';
export type { PageOptions, Pages } from './collection.ts';
export { filtersOf, found } from './found.ts';
export type { Found } from './found.ts';
export { listOf, pagesOf } from './list-call.ts';
