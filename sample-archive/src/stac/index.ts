export { collectionOf, conformance, itemOf, landingPage } from './documents.ts';
export { readScene } from './scene.ts';
export type { ReadSceneOptions, Scene } from './scene.ts';
export { parseSearch } from './search-query.ts';
export type { Parameter, SearchQuery } from './search-query.ts';
export { search } from './search.ts';
export type { Page } from './search.ts';
