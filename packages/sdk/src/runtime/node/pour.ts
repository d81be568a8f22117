import type { FileHandle } from 'node:fs/promises';
import { finished } from 'node:stream/promises';

import { chunksInUse } from '../runtime.ts';

/** Where chunks of a new file go, in the order of the calls. */
export interface Sink {
  /** The memory of the chunk may be used again once it has resolved. @throws what kept it from the disk */
  write(chunk: Uint8Array | string): Promise<void>;
  /** Closes the file. */
  end(): Promise<void>;
}

/** Writes chunks and closes the file: so many at once wait to be written while others come. */
export async function pour(chunks: AsyncIterable<Uint8Array | string>, sink: Sink): Promise<void> {
  const pending: Promise<void>[] = [];
  let last = Promise.resolve();
  try {
    for await (const chunk of chunks) {
      last = sink.write(chunk);
      // It is awaited in its turn.
      last.catch(() => undefined);
      pending.push(last);
      if (pending.length >= chunksInUse) await pending.shift();
    }
    await last;
  } catch (error) {
    // What has come is kept, should no more come.
    await last.catch(() => undefined);
    await sink.end().catch(() => undefined);
    throw error;
  }
  await sink.end();
}

/** In bytes. For a large write Linux may look for memory in one piece: to write 1 MB took four times as long as 512 KiB twice. */
const pieceBytes = 512 * 1024;

/** A stream that is given one piece at a time: it would write all that waits at once. */
export function streamSink(file: FileHandle): Sink {
  const stream = file.createWriteStream();
  const closed = finished(stream);
  closed.catch(() => undefined);
  const writePiece = async (piece: Uint8Array | string): Promise<void> =>
    await new Promise<void>((resolve, reject) => {
      stream.write(piece, (error) => (error ? reject(error) : resolve()));
    });
  const write = async (chunk: Uint8Array | string): Promise<void> => {
    if (typeof chunk === 'string') return await writePiece(chunk);
    for (let at = 0; at < chunk.byteLength; at += pieceBytes)
      await writePiece(chunk.subarray(at, at + pieceBytes));
  };
  let last = Promise.resolve();
  return {
    write: async (chunk) => await (last = last.then(async () => await write(chunk))),
    end: async () => {
      stream.end();
      await closed;
    },
  };
}
