import type { WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

/**
 * Writes chunks to a new stream of a file and closes it. A chunk is being written while the next one comes, and the second
 * next is asked for when it is written.
 */
export async function pour(chunks: AsyncIterable<Uint8Array | string>, stream: WriteStream): Promise<void> {
  const closed = finished(stream);
  closed.catch(() => undefined);
  let written = Promise.resolve();
  try {
    for await (const chunk of chunks) {
      await written;
      written = new Promise<void>((resolve, reject) => {
        stream.write(chunk, (error) => (error ? reject(error) : resolve()));
      });
      // It is awaited with the next chunk.
      written.catch(() => undefined);
    }
    await written;
    stream.end();
  } catch (error) {
    stream.destroy();
    await closed.catch(() => undefined);
    throw error;
  }
  await closed;
}
