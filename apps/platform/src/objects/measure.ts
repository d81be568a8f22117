import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';

import { CallError } from '@fusion-platform/contract';

import type { PutOptions, StoredObject } from './objects.ts';

/** The bytes of a stream as they come, counted and hashed on their way. */
export interface Measured extends AsyncIterable<Buffer> {
  /** Of what has come, once the iteration has ended. */
  stored(): StoredObject;
}

/**
 * The iteration throws when there are too many bytes or too few, and when the signal is aborted. It does not destroy the
 * stream: an HTTP connection must be read to its end even when its bytes are refused.
 */
export function measure(source: Readable, { length, maximumBytes, signal }: PutOptions): Measured {
  const hash = createHash('sha256');
  let size = 0;
  async function* chunks(): AsyncGenerator<Buffer, void, undefined> {
    for await (const chunk of source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      signal?.throwIfAborted();
      size += chunk.length;
      if (maximumBytes !== undefined && size > maximumBytes)
        throw new CallError(
          'too_large',
          `The file is larger than the ${maximumBytes} bytes that this platform takes`,
        );
      hash.update(chunk);
      yield chunk;
    }
    signal?.throwIfAborted();
    if (length !== undefined && size !== length)
      throw new CallError(
        'bad_request',
        `${size} bytes came where ${length} were announced: send the file again`,
      );
  }
  return {
    [Symbol.asyncIterator]: () => chunks()[Symbol.asyncIterator](),
    stored: () => ({ size, sha256: hash.digest('hex') }),
  };
}
