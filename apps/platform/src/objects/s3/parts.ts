import { createReadStream } from 'node:fs';

import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { CompletedPart } from '@aws-sdk/client-s3';

import type { Bucket } from './bucket.ts';
import { withRetries } from './faults.ts';

/** Bytes of a file of this machine, with their SHA-256 in hexadecimal. */
export interface FilePart {
  /** An open descriptor, which stays open. */
  readonly file: number;
  readonly start: number;
  readonly length: number;
  readonly sha256: string;
}

/** S3 takes at most 10,000 parts. */
const mostParts = 9000;

/** The bytes of a part, so that an object of so many bytes has not too many of them: all are of one size. */
export function partSize({ partBytes }: Bucket, bytes: number): number {
  return Math.max(partBytes, Math.ceil(bytes / mostParts));
}

/** The bytes of a part of an object of unknown length: the later ones are larger, which 8 TB have room in. */
export function growingPartSize({ partBytes }: Bucket, number: number): number {
  return partBytes * 2 ** Math.floor(number / 1000);
}

/** Stores an object of one part. */
export async function putWhole(
  bucket: Bucket,
  key: string,
  part: FilePart,
  signal?: AbortSignal,
): Promise<void> {
  await withRetries(async () => {
    const command = new PutObjectCommand({ ...bucket.at(key), ...bucket.encryption, ...bodyOf(part) });
    await bucket.client.send(signed(command, part), { ...(signal && { abortSignal: signal }) });
  }, signal);
}

/** What is stored of an object that is not whole. */
export interface StoredParts {
  readonly id: string;
  /** From the first on, without a gap. */
  readonly parts: readonly { readonly number: number; readonly etag: string; readonly size: number }[];
}

/** An object that is stored in parts: there once it is completed, and not before. */
export class Multipart {
  readonly #bucket: Bucket;
  readonly #key: string;
  readonly #id: string;
  readonly #signal: AbortSignal | undefined;
  readonly #parts: CompletedPart[] = [];
  #bytes = 0;

  private constructor(bucket: Bucket, key: string, id: string, signal: AbortSignal | undefined) {
    this.#bucket = bucket;
    this.#key = key;
    this.#id = id;
    this.#signal = signal;
  }

  static async start(bucket: Bucket, key: string, signal?: AbortSignal): Promise<Multipart> {
    const { UploadId: id } = await bucket.client.send(
      new CreateMultipartUploadCommand({ ...bucket.at(key), ...bucket.encryption }),
      { ...(signal && { abortSignal: signal }) },
    );
    if (id === undefined) throw new Error('The object store began no upload in parts');
    return new Multipart(bucket, key, id, signal);
  }

  /** Goes on with one of which some parts are stored, from the first on. */
  static resume(bucket: Bucket, key: string, { id, parts }: StoredParts): Multipart {
    const multipart = new Multipart(bucket, key, id, undefined);
    for (const { number, etag, size } of parts) {
      multipart.#parts.push({ PartNumber: number, ETag: etag });
      multipart.#bytes += size;
    }
    return multipart;
  }

  /** How many have been stored. */
  get parts(): number {
    return this.#parts.length;
  }

  /** @param number from 1 on */
  async send(number: number, part: FilePart): Promise<void> {
    this.#bytes += part.length;
    const { ETag } = await withRetries(async () => {
      const command = new UploadPartCommand({
        ...this.#bucket.at(this.#key),
        UploadId: this.#id,
        PartNumber: number,
        ...bodyOf(part),
      });
      return await this.#bucket.client.send(signed(command, part), {
        ...(this.#signal && { abortSignal: this.#signal }),
      });
    }, this.#signal);
    if (ETag === undefined) throw new Error('The object store gave a part no ETag');
    this.#parts.push({ PartNumber: number, ETag });
  }

  async complete(): Promise<void> {
    const Parts = this.#parts.toSorted((a, b) => a.PartNumber! - b.PartNumber!);
    const at = this.#bucket.at(this.#key);
    try {
      await this.#bucket.client.send(
        new CompleteMultipartUploadCommand({ ...at, UploadId: this.#id, MultipartUpload: { Parts } }),
      );
    } catch (error) {
      // The answer of a first try may have been lost: then the upload is gone, and the object is there.
      if ((error as Error).name !== 'NoSuchUpload') throw error;
      const head = await this.#bucket.client.send(new HeadObjectCommand(at));
      if (head.ContentLength !== this.#bytes || !head.ETag?.includes(`-${Parts.length}`)) throw error;
    }
  }

  /** Takes back what was sent. What cannot be taken back now is swept later. */
  async abort(): Promise<void> {
    await this.#bucket.client
      .send(new AbortMultipartUploadCommand({ ...this.#bucket.at(this.#key), UploadId: this.#id }))
      .catch(() => undefined);
  }
}

/** A stream that can be sent once: each try has one of its own. */
function bodyOf({ file, start, length }: FilePart) {
  const Body =
    length === 0
      ? Buffer.alloc(0)
      : createReadStream('', {
          fd: file,
          autoClose: false,
          start,
          end: start + length - 1,
          highWaterMark: 256 * 1024,
        });
  return { Body, ContentLength: length };
}

/** Signs the body with its checksum, which the server compares with what comes. */
function signed<C extends PutObjectCommand | UploadPartCommand>(command: C, { sha256 }: FilePart): C {
  // Both kinds of command have a stack of the same shape.
  (command as PutObjectCommand).middlewareStack.add(
    (next) => async (args) => {
      (args.request as { headers: Record<string, string> }).headers['x-amz-content-sha256'] = sha256;
      return await next(args);
    },
    { step: 'build', name: 'signBodyWithChecksum' },
  );
  return command;
}
