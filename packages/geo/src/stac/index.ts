export { stacCollection } from './collection.ts';
export type { StacCollection, StacCollectionOptions, StacProvider } from './collection.ts';
export { stacItem } from './item.ts';
export type { StacAsset, StacItem, StacItemOptions, StacLink, StacProcessing } from './item.ts';
export { stacItemWith } from './update-item.ts';
export type { StacItemChanges } from './update-item.ts';
