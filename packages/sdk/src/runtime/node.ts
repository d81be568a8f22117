import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { sentHash } from './node/counted.ts';
import { getByRequest } from './node/get-by-request.ts';
import { startHash } from './node/hash-aside.ts';
import { pour } from './node/pour.ts';
import { putByFetch } from './node/put-by-fetch.ts';
import { putByRequest } from './node/put-by-request.ts';
import { keepStream, openFile } from './node/sources.ts';
import { startWriting } from './node/write-aside.ts';
import type { Chunks, Runtime } from './runtime.ts';

/** Deno and Bun hand a streamed body to `fetch` no faster than it is taken; Node holds all of it in memory. */
const fetchWaits = 'Deno' in globalThis || 'Bun' in globalThis;

/** In bytes. What may wait to be written where chunks are kept, so that many small ones are written at once. */
const waitingBytes = 1024 * 1024;
/** In bytes, of a partial file. */
const readBytes = 256 * 1024;

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
  ...(fetchWaits ? {} : { get: async (request) => (otherWay() ? undefined : await getByRequest(request)) }),
  sha256: startHash,
  sentHash,
};

/** Whether `fetch` goes by a proxy, or another way that somebody laid for it. */
function otherWay(): boolean {
  const laid = (globalThis as Record<symbol, unknown>)[Symbol.for('undici.globalDispatcher.1')];
  return (
    process.env['NODE_USE_ENV_PROXY'] === '1' ||
    process.execArgv.includes('--use-env-proxy') ||
    (laid != null && laid.constructor.name !== 'Agent')
  );
}

async function write(
  { chunks, brief, size }: Chunks,
  path: string,
  { flags }: { readonly flags: string },
): Promise<void> {
  if (brief) await pour(chunks, await startWriting(path, flags, size));
  else await pipeline(chunks, createWriteStream(path, { flags, highWaterMark: waitingBytes }));
}

async function writeFile(path: string, chunks: Chunks): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  // In the same folder, so that the rename is atomic; hidden, so that a listing does not take it for a result.
  const temporary = join(folder, `.${basename(path)}.${randomUUID()}.part`);
  try {
    await write(chunks, temporary, { flags: 'wx' });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function finishFile(
  path: string,
  partial: string,
  chunks: Chunks,
  spoilt: (error: unknown) => boolean,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await mkdir(dirname(partial), { recursive: true });
  try {
    await write(chunks, partial, { flags: 'a' });
    await rename(partial, path);
  } catch (error) {
    if (spoilt(error)) await rm(partial, { force: true });
    throw error;
  }
}

async function readPartial(partial: string): Promise<AsyncIterable<Uint8Array> | undefined> {
  const found = await stat(partial).catch(() => undefined);
  return found?.isFile() && found.size > 0
    ? createReadStream(partial, { highWaterMark: readBytes })
    : undefined;
}
