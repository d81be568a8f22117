import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { access, constants, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { create as contentDisposition } from 'content-disposition';

import { RunningDigests } from '../arriving.ts';
import type { Objects } from '../objects.ts';
import { appendToObject } from './append.ts';
import { openBucket } from './bucket.ts';
import type { Bucket } from './bucket.ts';
import { copyObject } from './copy.ts';
import { isMissing, reasonOf, told } from './faults.ts';
import { abandon, received } from './kept.ts';
import { listBucket, sweepMultiparts, sweepTails } from './list.ts';
import { putLocalFile } from './put-file.ts';
import { putStream } from './put-stream.ts';
import { readObject } from './read.ts';
import type { S3Settings } from './settings.ts';

/**
 * Objects in a bucket of S3 or of a server that speaks its language, for any number of platforms at once.
 * @throws when the bucket cannot be written to
 */
export async function createS3Objects(settings: S3Settings): Promise<Objects> {
  const spoolFolder = resolve(settings.spoolFolder);
  // It is this platform's alone: whatever is in it was left by one that was killed.
  await rm(spoolFolder, { recursive: true, force: true });
  await mkdir(spoolFolder, { recursive: true, mode: 0o700 });
  const bucket = openBucket({ ...settings, spoolFolder });
  const { client } = bucket;
  const digests = new RunningDigests();

  /** Says what went wrong as every store says it. */
  const asking = async <T>(key: string, call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      throw told(error, key);
    }
  };
  const head = async (key: string) => await client.send(new HeadObjectCommand(bucket.at(key)));
  const fetchTo = async (key: string, path: string, signal: AbortSignal | undefined): Promise<void> => {
    bucket.at(key);
    const temporary = join(dirname(path), `.part-${randomUUID()}`);
    try {
      const stream = await readObject(bucket, key, undefined, signal);
      await pipeline(stream, createWriteStream(temporary, { flags: 'wx', mode: 0o600 }));
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  };
  const remove: Objects['remove'] = async (key) => {
    await asking(key, async () => await client.send(new DeleteObjectCommand(bucket.at(key))));
  };
  const objects: Objects = {
    put: async (key, source, options = {}) => {
      bucket.at(key);
      return await asking(key, async () => await putStream(bucket, key, source, options));
    },
    append: async (key, source, options) => {
      bucket.at(key);
      return await asking(key, async () => await appendToObject({ bucket, key, digests }, source, options));
    },
    received: async (key) => await asking(key, async () => await received(bucket, key)),
    abandon: async (key) => await asking(key, async () => await abandon(bucket, key)),
    putFile: async (key, path, { signal } = {}) => {
      bucket.at(key);
      return await asking(key, async () => await putLocalFile(bucket, key, path, signal));
    },
    copy: async (from, to) =>
      await asking(from, async () => {
        try {
          await copyObject(bucket, from, to);
        } catch (error) {
          // Some servers copy nothing that is encrypted.
          if ((error as Error).name !== 'NotImplemented') throw error;
          await putStream(bucket, to, await readObject(bucket, from, undefined, undefined), {});
        }
      }),
    get: async (key, range, { signal } = {}) =>
      await asking(key, async () => await readObject(bucket, key, range, signal)),
    pieces: async (key, range) =>
      await asking(key, async () => await readObject(bucket, key, range, undefined)),
    withFile: async (key, use, { signal } = {}) => {
      const path = join(spoolFolder, `file-${randomUUID()}`);
      try {
        await asking(key, async () => await fetchTo(key, path, signal));
        return await use(path);
      } finally {
        await rm(path, { force: true });
      }
    },
    toFile: async (key, path, { signal } = {}) => {
      await asking(key, async () => await fetchTo(key, path, signal));
    },
    has: async (key) => {
      try {
        await head(key);
        return true;
      } catch (error) {
        if (isMissing(error)) return false;
        throw told(error, key);
      }
    },
    size: async (key) => (await asking(key, async () => await head(key))).ContentLength ?? 0,
    remove,
    list: (prefix = '') => listBucket(bucket, prefix),
    signedUrl: async (key, { seconds, fileName, contentType }) => {
      const command = new GetObjectCommand({
        ...bucket.at(key),
        ResponseContentDisposition: contentDisposition(fileName),
        ResponseContentType: contentType,
      });
      return await getSignedUrl(client, command, { expiresIn: seconds });
    },
    sweep: async () => {
      await sweepMultiparts(bucket, bucket.abandonedMilliseconds);
      await sweepTails(bucket, bucket.abandonedMilliseconds);
    },
    check: async () => {
      await access(spoolFolder, constants.W_OK);
      await client.send(new HeadBucketCommand({ Bucket: bucket.name }));
    },
    adopt: async (key, path) => ({ ...(await objects.putFile(key, path)), durable: Promise.resolve() }),
    localPath: (key) => {
      throw new Error(`The object ${key} is in a bucket: it has no path on this machine`);
    },
  };
  await probe(bucket, objects);
  return objects;
}

/** @throws Error that says why the bucket cannot be used */
async function probe({ client, name }: Bucket, objects: Objects): Promise<void> {
  const key = `check/${randomUUID()}`;
  try {
    await client.send(new HeadBucketCommand({ Bucket: name }));
    await objects.put(key, Readable.from([Buffer.from('written to see whether it can be')]));
    await objects.remove(key);
  } catch (error) {
    client.destroy();
    throw new Error(`The bucket ${name} cannot be used: ${reasonOf(error)}`, { cause: error });
  }
}
