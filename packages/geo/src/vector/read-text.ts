import { readFile } from 'node:fs/promises';

import type { AnalysisLimits } from '../findings/index.ts';
import { AnalysisError } from '../findings/index.ts';

/** What readers of vector files need beside the bytes. */
export interface ReadOptions {
  readonly fileName: string;
  /** Bytes. */
  readonly size: number;
  readonly limits: Required<AnalysisLimits>;
  readonly signal?: AbortSignal | undefined;
}

/** All bytes of a file that is not too large for it. */
export async function readAll(
  path: string,
  what: string,
  { fileName, size, limits, signal }: ReadOptions,
): Promise<Buffer> {
  if (size > limits.maxVectorBytes)
    throw new AnalysisError(
      'too_large',
      `${fileName} has ${mebibytes(size)} MiB; ${what} of up to ${mebibytes(limits.maxVectorBytes)} MiB is accepted. Simplify it or split it`,
    );
  return readFile(path, signal === undefined ? {} : { signal });
}

/** Text in UTF-8, or in UTF-16 that begins with a byte order mark, or in `otherwise`; null when it is not. */
export function decodeText(bytes: Uint8Array, otherwise = 'utf-8'): string | null {
  const label =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : otherwise;
  try {
    // A byte order mark is dropped by the decoder.
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function mebibytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(bytes < 10 * 1024 * 1024 ? 1 : 0);
}
