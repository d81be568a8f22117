import type { Readable } from 'node:stream';

import { measure } from '../measure.ts';
import type { PutOptions, StoredObject } from '../objects.ts';
import type { Bucket } from './bucket.ts';
import { growingPartSize, partSize } from './parts.ts';
import { Spooled } from './spooled.ts';
import { StreamUpload } from './stream-upload.ts';

/**
 * Stores a stream. Its parts wait on the disk, not in memory: a part can be sent again when the connection breaks, its
 * checksum is known before it is sent, and twenty slow uploads at once take no memory.
 */
export async function putStream(
  bucket: Bucket,
  key: string,
  source: Readable,
  options: PutOptions,
): Promise<StoredObject> {
  const measured = measure(source, options);
  const most = options.length ?? options.maximumBytes;
  const sizeOf = (number: number): number =>
    most === undefined ? growingPartSize(bucket, number) : partSize(bucket, most);
  const upload = new StreamUpload(bucket, key, options.signal);
  try {
    let part = await Spooled.create(bucket.spoolFolder);
    upload.holds(part);
    let bytes = sizeOf(0);
    for await (const chunk of measured) {
      for (let from = 0; from < chunk.length;) {
        if (part.length === bytes) {
          await upload.send(part);
          bytes = sizeOf(upload.parts);
          part = await Spooled.create(bucket.spoolFolder);
          upload.holds(part);
        }
        from += await part.fill(chunk, from, bytes);
      }
    }
    await upload.finish(part);
    return measured.stored();
  } catch (error) {
    await upload.abandon();
    throw error;
  }
}
