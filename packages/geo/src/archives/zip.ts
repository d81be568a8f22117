import { buffer } from 'node:stream/consumers';

import { openPromise } from 'yauzl';
import type { Entry } from 'yauzl';

import { AnalysisError } from '../findings/index.ts';

export interface ZipEntry {
  /** With its folders. */
  readonly name: string;
  /** Bytes once unpacked, as declared; more than that are never unpacked. */
  readonly size: number;
}

export interface Zip {
  /** The files; folders and what macOS adds of its own are left out. */
  readonly entries: readonly ZipEntry[];
  readonly read: (entry: ZipEntry) => Promise<Buffer>;
}

interface ZipOptions {
  readonly fileName: string;
  /** Bytes that all files read together may take unpacked. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
}

const MAX_ENTRIES = 10_000;

/**
 * Opens a ZIP archive for as long as `use` takes. Nothing is written: files are unpacked into memory, up to a limit
 * that holds for all of them together.
 * @throws {AnalysisError} for an archive that is damaged or locked, has names that lead outside of it, or unpacks to more than the limit.
 */
export async function withZip<T>(
  path: string,
  { fileName, maxBytes, signal }: ZipOptions,
  use: (zip: Zip) => Promise<T>,
): Promise<T> {
  const damaged = (cause: unknown): unknown => (signal?.aborted === true ? cause : refusal(cause, fileName));
  const archive = await openPromise(path, { lazyEntries: true, autoClose: false }).catch((cause: unknown) => {
    throw damaged(cause);
  });
  try {
    const found = new Map<string, Entry>();
    try {
      for await (const entry of archive.eachEntry()) {
        signal?.throwIfAborted();
        if (!isJunk(entry.fileName)) found.set(entry.fileName, entry);
        if (found.size > MAX_ENTRIES)
          throw new AnalysisError('too_large', `${fileName} holds more than ${MAX_ENTRIES} files. Split it`);
      }
    } catch (cause) {
      throw damaged(cause);
    }
    let unpacked = 0;
    const read = async ({ name }: ZipEntry): Promise<Buffer> => {
      signal?.throwIfAborted();
      const entry = found.get(name) as Entry;
      unpacked += entry.uncompressedSize;
      if (unpacked > maxBytes)
        throw new AnalysisError(
          'too_large',
          `${fileName} unpacks to more than ${Math.round(maxBytes / 1024 / 1024)} MiB. Simplify its content or split it`,
        );
      if (!entry.canDecodeFileData())
        throw new AnalysisError(
          'unsupported',
          `${fileName} is locked with a password, or packed in a way that is not read here. Pack it again as a plain ZIP`,
        );
      try {
        return await buffer(await archive.openReadStreamPromise(entry));
      } catch (cause) {
        throw damaged(cause);
      }
    };
    const entries = [...found.values()].map((entry) => ({
      name: entry.fileName,
      size: entry.uncompressedSize,
    }));
    return await use({ entries, read });
  } finally {
    archive.close();
  }
}

function isJunk(name: string): boolean {
  return name.endsWith('/') || name.startsWith('__MACOSX/') || /(^|\/)\._/.test(name);
}

function refusal(cause: unknown, fileName: string): unknown {
  if (cause instanceof AnalysisError || (cause instanceof Error && 'syscall' in cause)) return cause;
  const { message } = cause as Error;
  if (/^(absolute path|invalid relative path|invalid characters in fileName)/.test(message))
    return new AnalysisError(
      'invalid',
      `${fileName} holds a file whose name leads outside of the archive (${message}). Pack it again`,
      { cause },
    );
  return new AnalysisError('damaged', `${fileName} cannot be unpacked: ${message}. Pack it again`, { cause });
}
