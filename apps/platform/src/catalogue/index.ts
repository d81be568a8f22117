export { dataIdName, namesIn } from '@fusion-platform/contract/service-file';
export type { Aggregation } from './aggregators.ts';
export { createCatalogue } from './catalogue.ts';
export type { Catalogue } from './catalogue.ts';
export { ChainError } from './chain.ts';
export type { Chain, ChainComponent, Source } from './chain.ts';
export type { Manifest } from './manifest.ts';
export type { ServiceValue } from './present.ts';
export { ServiceFileError } from './manifest.ts';
