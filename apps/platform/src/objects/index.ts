export { OffsetError } from './errors.ts';
export { createFolderObjects } from './folder/index.ts';
export type { Objects, StoredObject } from './objects.ts';
export { createS3Objects } from './s3/index.ts';
