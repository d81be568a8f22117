import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { putByFetch } from './node/put-by-fetch.ts';
import { putByRequest } from './node/put-by-request.ts';
import { keepStream, openFile } from './node/sources.ts';
import type { Runtime } from './runtime.ts';

/** Deno and Bun hand a streamed body to `fetch` no faster than it is taken; Node holds all of it in memory. */
const fetchWaits = 'Deno' in globalThis || 'Bun' in globalThis;

/**
 * What may wait to be written, so that pieces are written many at once while others come: 500 MB took 2.9 s of processor
 * time by the command, and take 2.3 s, of which 0.3 s are the checksum.
 */
const waitingBytes = 1024 * 1024;

export const runtime: Runtime = {
  hasFileSystem: true,
  openFile,
  keepStream,
  writeFile,
  finishFile,
  readPartial,
  put: async (request) => {
    const fetch = request.fetch ?? (fetchWaits ? globalThis.fetch : undefined);
    return fetch ? await putByFetch({ ...request, fetch }) : await putByRequest(request);
  },
  sha256: () => {
    const hash = createHash('sha256');
    return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('base64') };
  },
};

async function writeFile(path: string, chunks: AsyncIterable<Uint8Array | string>): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  // In the same folder, so that the rename is atomic; hidden, so that a listing does not take it for a result.
  const temporary = join(folder, `.${basename(path)}.${randomUUID()}.part`);
  try {
    await pipeline(chunks, createWriteStream(temporary, { flags: 'wx', highWaterMark: waitingBytes }));
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function finishFile(
  path: string,
  partial: string,
  chunks: AsyncIterable<Uint8Array>,
  spoilt: (error: unknown) => boolean,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await mkdir(dirname(partial), { recursive: true });
  try {
    await pipeline(chunks, createWriteStream(partial, { flags: 'a', highWaterMark: waitingBytes }));
    await rename(partial, path);
  } catch (error) {
    if (spoilt(error)) await rm(partial, { force: true });
    throw error;
  }
}

async function readPartial(partial: string): Promise<AsyncIterable<Uint8Array> | undefined> {
  const found = await stat(partial).catch(() => undefined);
  return found?.isFile() && found.size > 0 ? createReadStream(partial) : undefined;
}
