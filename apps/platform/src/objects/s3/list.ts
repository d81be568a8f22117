import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';

import type { ListedObject } from '../objects.ts';
import type { Bucket } from './bucket.ts';
import { isUnfinished, unfinishedPrefix } from './kept.ts';

export async function* listBucket(
  { client, name, prefix }: Bucket,
  keyPrefix: string,
): AsyncGenerator<ListedObject, void, undefined> {
  const pages = paginateListObjectsV2({ client }, { Bucket: name, Prefix: `${prefix}${keyPrefix}` });
  for await (const { Contents = [] } of pages) {
    for (const { Key, Size, LastModified } of Contents) {
      if (Key === undefined || Size === undefined || LastModified === undefined) continue;
      const key = Key.slice(prefix.length);
      if (!isUnfinished(key)) yield { key, size: Size, storedAt: LastModified };
    }
  }
}

/** Takes back uploads in parts that nobody has finished for so long. */
export async function sweepMultiparts({ client, name, prefix }: Bucket, milliseconds: number): Promise<void> {
  const before = Date.now() - milliseconds;
  let KeyMarker: string | undefined;
  let UploadIdMarker: string | undefined;
  do {
    const page = await client.send(
      new ListMultipartUploadsCommand({ Bucket: name, Prefix: prefix, KeyMarker, UploadIdMarker }),
    );
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      if (Initiated === undefined || Initiated.getTime() > before) continue;
      await client
        .send(new AbortMultipartUploadCommand({ Bucket: name, Key, UploadId }))
        .catch((error: unknown) => {
          // Somebody else was faster.
          if ((error as Error).name !== 'NoSuchUpload') throw error;
        });
    }
    KeyMarker = page.IsTruncated === true ? page.NextKeyMarker : undefined;
    UploadIdMarker = page.NextUploadIdMarker;
  } while (KeyMarker !== undefined);
}

/** Removes the ends of objects that did not become whole, of which nothing has come for so long. */
export async function sweepTails({ client, name, prefix }: Bucket, milliseconds: number): Promise<void> {
  const before = Date.now() - milliseconds;
  const pages = paginateListObjectsV2({ client }, { Bucket: name, Prefix: `${prefix}${unfinishedPrefix}` });
  for await (const { Contents = [] } of pages)
    for (const { Key, LastModified } of Contents)
      if (LastModified && LastModified.getTime() <= before)
        await client.send(new DeleteObjectCommand({ Bucket: name, Key }));
}
