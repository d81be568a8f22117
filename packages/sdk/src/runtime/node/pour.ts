import type { WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

import { chunksInUse } from '../runtime.ts';

/**
 * Writes chunks to a new stream of a file and closes it: so many at once wait to be written, one by one, while others come.
 * The stream would write all that waits at once, and for that Linux may look for memory in one piece: to write 1 MB took four
 * times as long as 512 KiB twice.
 */
export async function pour(chunks: AsyncIterable<Uint8Array | string>, stream: WriteStream): Promise<void> {
  const closed = finished(stream);
  closed.catch(() => undefined);
  const write = async (chunk: Uint8Array | string): Promise<void> =>
    await new Promise<void>((resolve, reject) => {
      stream.write(chunk, (error) => (error ? reject(error) : resolve()));
    });
  const pending: Promise<void>[] = [];
  let last = Promise.resolve();
  try {
    for await (const chunk of chunks) {
      last = last.then(async () => await write(chunk));
      // It is awaited in its turn.
      last.catch(() => undefined);
      pending.push(last);
      if (pending.length >= chunksInUse) await pending.shift();
    }
    await last;
    stream.end();
  } catch (error) {
    // What has come is kept, should no more come.
    await last.catch(() => undefined);
    stream.destroy();
    await closed.catch(() => undefined);
    throw error;
  }
  await closed;
}
