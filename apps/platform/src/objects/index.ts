export { createFolderObjects } from './folder/index.ts';
export type { Objects, StoredObject } from './objects.ts';
