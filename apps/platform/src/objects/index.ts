import type { Objects, StoredObject } from './objects.ts';
import type { S3Settings } from './s3/index.ts';

export { OffsetError } from './errors.ts';
export { createFolderObjects } from './folder/index.ts';
export type { Objects, StoredObject };

/** What speaks to a bucket is loaded where there is one: it takes a start 0.1 s of processor time. */
export async function createS3Objects(settings: S3Settings): Promise<Objects> {
  const s3 = await import('./s3/index.ts');
  return await s3.createS3Objects(settings);
}
