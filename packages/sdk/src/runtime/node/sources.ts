import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { TransferError } from '../../errors/index.ts';
import type { OpenedSource } from '../runtime.ts';

/** Which bytes of a file are read, and how. */
interface Range {
  readonly from: number;
  readonly brief: boolean;
}

/** In bytes. */
const pieceSize = 256 * 1024;

export async function openFile(path: string): Promise<OpenedSource> {
  const file = await open(path);
  const before = await statAndClose(file);
  if (!before.isFile()) throw new Error(`${path} is no file`);
  const name = basename(path);
  return {
    name,
    size: before.size,
    repeatable: true,
    stream: ({ brief = false, from = 0 } = {}) =>
      streamOf(readWhole(async () => await open(path), { name, before, brief, from })),
  };
}

async function statAndClose(file: FileHandle): Promise<Stats> {
  try {
    return await file.stat();
  } finally {
    await file.close();
  }
}

/** The stream is kept in a file without a name: nobody else can open it, and it goes when the process does. */
export async function keepStream(name: string, stream: ReadableStream<Uint8Array>): Promise<OpenedSource> {
  const path = join(tmpdir(), `fusion-platform-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  let size = 0;
  try {
    await rm(path, { force: true });
    for await (const chunk of stream) {
      await file.writeFile(chunk);
      size += chunk.byteLength;
    }
  } catch (error) {
    await file.close();
    throw error;
  }
  return {
    name,
    size,
    repeatable: true,
    stream: ({ brief = false, from = 0 } = {}) => streamOf(pieces(file, { size, brief, from })),
    close: async () => await file.close(),
  };
}

/**
 * A file as it was when it was opened first.
 * @throws TransferError `changed`, before the last piece, when it is no longer that
 */
async function* readWhole(
  opening: () => Promise<FileHandle>,
  { name, before, ...how }: Range & { readonly name: string; readonly before: Stats },
): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await opening();
  const check = async (): Promise<void> => {
    const { ino, size, mtimeMs } = await file.stat();
    if (ino !== before.ino || size !== before.size || mtimeMs !== before.mtimeMs)
      throw new TransferError('changed', name, 'the file changed while it was being uploaded');
  };
  try {
    await check();
    let left = before.size - how.from;
    for await (const piece of pieces(file, { size: before.size, ...how })) {
      left -= piece.byteLength;
      if (left === 0) await check();
      yield piece;
    }
  } finally {
    await file.close();
  }
}

/** @param options `brief`: one piece is with its taker while the next is being read, into two blocks of memory in turns */
async function* pieces(
  file: FileHandle,
  { size, brief, from }: Range & { readonly size: number },
): AsyncGenerator<Uint8Array, void, undefined> {
  const blocks: Buffer[] = [];
  for (let at = from; at < size;) {
    const spare = blocks.length > 1 ? blocks.shift() : undefined;
    const piece = spare ?? Buffer.allocUnsafeSlow(Math.min(pieceSize, size - at));
    const { bytesRead } = await file.read(piece, 0, Math.min(piece.byteLength, size - at), at);
    // Small ones may wait to leave together.
    if (brief && bytesRead === pieceSize) blocks.push(piece);
    // Too few bytes are noticed by whoever counts them.
    if (bytesRead === 0) return;
    at += bytesRead;
    yield piece.subarray(0, bytesRead);
  }
}

/** Reads no further ahead than it is asked to. */
function streamOf(chunks: AsyncGenerator<Uint8Array, void, undefined>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: async () => void (await chunks.return()),
    },
    { highWaterMark: 1 },
  );
}
