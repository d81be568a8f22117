import { TransferError } from '../errors/index.ts';
import { anySignal, delay, pauseBefore, startDeadline } from '../http/index.ts';
import type { Connection } from '../http/index.ts';
import { chunksInUse } from '../runtime/runtime.ts';
import type { Hasher } from '../runtime/runtime.ts';
import { startDigest } from './digest.ts';
import { goesDirect, openRange, probe } from './open-range.ts';
import type { Opened } from './open-range.ts';

export interface DownloadSource {
  readonly name: string;
  /** Gets a fresh signed address. */
  readonly address: (signal: AbortSignal | undefined) => Promise<string>;
  readonly onBytes: (received: number, total: number | undefined) => void;
  readonly signal: AbortSignal | undefined;
  /** The first bytes of the file, which are here already: only what follows is fetched. */
  readonly held?: AsyncIterable<Uint8Array> | undefined;
  /** The length of the file in bytes, as far as it is known in advance. */
  readonly size?: number | undefined;
  /** Whether each chunk is done with once the one `chunksInUse` after it is asked for, so that its memory can be used again. */
  readonly brief?: boolean | undefined;
}

/**
 * The bytes of a file that are not held yet, each once and in order: a connection that breaks is resumed where it broke. The length and the
 * checksum, where the store tells them, are checked before the last byte counts.
 * @throws TransferError, RequestError, or the reason of an aborted signal
 */
export async function* downloadBytes(
  connection: Connection,
  source: DownloadSource,
): AsyncGenerator<Uint8Array, void, undefined> {
  // Only memory that is used again is shared with other threads: all else they would have to copy.
  const shared = source.brief === true && goesDirect(connection, source.size);
  const hasher = startDigest(shared ? source.size : undefined);
  try {
    yield* checkedBytes(connection, source, hasher);
  } finally {
    await hasher.close();
  }
}

async function* checkedBytes(
  connection: Connection,
  source: DownloadSource,
  hasher: Hasher,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { policy, log } = connection;
  const signal = anySignal(connection.signal, source.signal);
  let first: Opened | undefined;
  let received = 0;
  const hash = hashInTurn(hasher);
  for await (const chunk of source.held ?? []) {
    await hash(chunk);
    received += chunk.byteLength;
  }
  for (let retry = 0; ; retry += 1) {
    const before = received;
    const deadline = startDeadline(connection.timeout, signal);
    let failure: TransferError;
    try {
      const url = await source.address(deadline.signal);
      const opened = await openRange(connection, { ...source, url, from: received, first }, deadline.signal);
      first ??= opened;
      source.onBytes(received, first.total);
      for await (const chunk of opened.chunks) {
        // Whoever takes the bytes may take their time.
        deadline.pause();
        received += chunk.byteLength;
        const hashed = hash(chunk);
        hashed.catch(() => undefined);
        source.onBytes(received, first.total);
        yield chunk;
        await hashed;
        deadline.extend();
      }
      if (first.total === undefined || received === first.total)
        return await check(source.name, first, hasher);
      failure = wrongLength(source.name, received, first.total);
      if (received > first.total) throw failure;
    } catch (cause) {
      signal?.throwIfAborted();
      if (!mayResume(cause)) throw cause;
      failure = cause instanceof TransferError ? cause : interrupted(source.name, received, cause);
    } finally {
      deadline.clear();
    }
    // As long as something arrives each time, it is worth going on.
    if (received > before) retry = 0;
    if (retry >= policy.retries) throw failure;
    log.info(`downloading ${source.name} on from byte ${received}: ${failure.message}`);
    await delay(pauseBefore(retry, policy, undefined), signal);
  }
}

/**
 * Has chunks hashed in their order, and resolves when the next one may be asked for: so many are hashed while others come, and
 * no more, since then their memory is used again.
 */
function hashInTurn(hasher: Hasher): (chunk: Uint8Array) => Promise<void> {
  const pending: (Promise<void> | void)[] = [];
  return async (chunk) => {
    pending.push(hasher.update(chunk));
    if (pending.length >= chunksInUse) await pending.shift();
  };
}

async function check(name: string, { digest }: Opened, hasher: Hasher): Promise<void> {
  if (digest !== undefined && (await hasher.digest()) !== digest) {
    throw new TransferError('wrong_checksum', name, 'the bytes that came are not those that the store has');
  }
}

function mayResume(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof TransferError) {
    return error.code === 'interrupted' || (error.code === 'refused' && resumable.has(error.status ?? 0));
  }
  // Errors of the platform's calls have been tried again already; everything else is the connection's.
  return !('retryable' in error);
}

/** Worth another try; 401 and 403 are an address that is no longer good, and a fresh one is asked for. */
const resumable = new Set([401, 403, 408, 425, 429, 500, 502, 503, 504]);

function interrupted(name: string, received: number, cause: unknown): TransferError {
  return new TransferError('interrupted', name, `the download broke off after ${received} bytes`, { cause });
}

function wrongLength(name: string, received: number, total: number): TransferError {
  const code = received > total ? 'wrong_length' : 'interrupted';
  return new TransferError(code, name, `${received} bytes came instead of ${total}`);
}

/** What the store tells of a file without sending it. */
export interface Checksum {
  /** In bytes. */
  readonly size: number | undefined;
  /** In hexadecimal. */
  readonly sha256: string | undefined;
}

/** Asks a store for the size and checksum of a file. @throws TransferError */
export async function checksumOf(
  connection: Connection,
  source: Pick<DownloadSource, 'name' | 'address' | 'signal'>,
): Promise<Checksum> {
  const signal = anySignal(connection.signal, source.signal);
  const deadline = startDeadline(connection.timeout, signal);
  try {
    const url = await source.address(deadline.signal);
    return await probe(connection, url, source.name, deadline.signal);
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof TransferError || (cause instanceof Error && 'retryable' in cause)) throw cause;
    throw interrupted(source.name, 0, cause);
  } finally {
    deadline.clear();
  }
}
