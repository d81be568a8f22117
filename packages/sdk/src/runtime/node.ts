import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { OpenedSource, PutAnswer, PutRequest, Runtime } from './runtime.ts';

/** In bytes. */
const pieceSize = 256 * 1024;

export const runtime: Runtime = {
  hasFileSystem: true,
  openFile,
  writeFile,
  put,
  sha256: () => {
    const hash = createHash('sha256');
    return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('base64') };
  },
};

async function openFile(path: string): Promise<OpenedSource> {
  const { size } = await stat(path);
  return {
    name: basename(path),
    size,
    repeatable: true,
    stream: () => Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>,
  };
}

async function writeFile(path: string, chunks: AsyncIterable<Uint8Array | string>): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  // In the same folder, so that the rename is atomic; hidden, so that a listing does not take it for a result.
  const temporary = join(folder, `.${basename(path)}.${randomUUID()}.part`);
  try {
    await pipeline(chunks, createWriteStream(temporary, { flags: 'wx' }));
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function put({ url, source, fetch, signal, onBytes }: PutRequest): Promise<PutAnswer> {
  let sent = 0;
  const counted = source.stream().pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        // Cut small, so that progress moves: what was in memory already comes in one piece.
        for (let from = 0; from < chunk.byteLength; from += pieceSize) {
          const piece = chunk.subarray(from, from + pieceSize);
          sent += piece.byteLength;
          onBytes(sent);
          controller.enqueue(piece);
        }
      },
    }),
  );
  const response = await fetch(url, {
    method: 'PUT',
    // Without it the body would go out in chunks, which stores with signed addresses refuse.
    headers: { 'content-length': String(source.size) },
    body: counted,
    duplex: 'half',
    signal,
  } as RequestInit);
  return { status: response.status, headers: response.headers, text: await response.text() };
}
