export { createFolderObjects } from './folder.ts';
export type { Objects, StoredObject } from './objects.ts';
