import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  paginateListObjectsV2,
  paginateListParts,
} from '@aws-sdk/client-s3';

import type { Bucket } from './bucket.ts';
import { isMissing } from './faults.ts';
import type { StoredParts } from './parts.ts';

/** What is kept of an object that comes in several goes: parts of one size, and what came after them. */
export interface Kept {
  /** Bytes of the object that is whole. */
  readonly whole: number | undefined;
  readonly stored: StoredParts | undefined;
  /** Bytes of the parts. */
  readonly bytes: number;
  /** Bytes after them, which are an object of their own: a part of S3 has 5 MiB at least. */
  readonly tail: number;
}

export const nothingKept: Kept = { whole: undefined, stored: undefined, bytes: 0, tail: 0 };

/** No object of ours begins so. */
export const unfinishedPrefix = 'unfinished/';
export const isUnfinished = (key: string): boolean => key.startsWith(unfinishedPrefix);

/** Where the bytes are that came after the first `start` ones. */
export const tailKey = (key: string, start: number): string => `${unfinishedPrefix}${key}.${start}`;

export async function keptOf(bucket: Bucket, key: string): Promise<Kept> {
  const whole = await lengthOf(bucket, key);
  if (whole !== undefined) return { ...nothingKept, whole };
  const [id] = await multipartsOf(bucket, key);
  const stored = id === undefined ? undefined : await partsOf(bucket, key, id);
  const bytes = (stored?.parts ?? []).reduce((sum, { size }) => sum + size, 0);
  return { whole, stored, bytes, tail: (await lengthOf(bucket, tailKey(key, bytes))) ?? 0 };
}

export async function received(bucket: Bucket, key: string): Promise<number> {
  const { whole, bytes, tail } = await keptOf(bucket, key);
  return whole ?? bytes + tail;
}

export async function abandon(bucket: Bucket, key: string): Promise<void> {
  for (const UploadId of await multipartsOf(bucket, key))
    await bucket.client
      .send(new AbortMultipartUploadCommand({ ...bucket.at(key), UploadId }))
      .catch((error: unknown) => {
        // Somebody else was faster.
        if ((error as Error).name !== 'NoSuchUpload') throw error;
      });
  await removeTails(bucket, key);
}

export async function removeTails(bucket: Bucket, key: string): Promise<void> {
  const { client, name } = bucket;
  const Prefix = `${bucket.at(`${unfinishedPrefix}${key}`).Key}.`;
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: name, Prefix }))
    for (const { Key } of Contents) await client.send(new DeleteObjectCommand({ Bucket: name, Key }));
}

async function lengthOf(bucket: Bucket, key: string): Promise<number | undefined> {
  try {
    return (await bucket.client.send(new HeadObjectCommand(bucket.at(key)))).ContentLength ?? 0;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The uploads in parts of an object: one, unless a platform was killed just when it began one. The oldest comes first. */
async function multipartsOf(bucket: Bucket, key: string): Promise<string[]> {
  const { Bucket, Key } = bucket.at(key);
  const { Uploads = [] } = await bucket.client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: Key }));
  return Uploads.filter((upload) => upload.Key === Key)
    .sort((a, b) => (a.Initiated?.getTime() ?? 0) - (b.Initiated?.getTime() ?? 0))
    .flatMap(({ UploadId }) => UploadId ?? []);
}

async function partsOf(bucket: Bucket, key: string, id: string): Promise<StoredParts> {
  const parts: StoredParts['parts'][number][] = [];
  const pages = paginateListParts({ client: bucket.client }, { ...bucket.at(key), UploadId: id });
  for await (const { Parts = [] } of pages) {
    for (const { PartNumber, ETag, Size } of Parts) {
      // Of parts that were sent side by side one may be missing: those after it are sent again.
      if (PartNumber !== parts.length + 1 || ETag === undefined || Size === undefined) return { id, parts };
      parts.push({ number: PartNumber, etag: ETag, size: Size });
    }
  }
  return { id, parts };
}
