import { CallError } from '@fusion-platform/contract';

/** An object that is read, and is not there. */
export class NoSuchObjectError extends Error {
  readonly code = 'no_such_object';

  constructor(key: string, cause?: unknown) {
    super(`There is no object ${key}`, { cause });
    this.name = 'NoSuchObjectError';
  }
}

/** Bytes that are not the next ones of an object. */
export class OffsetError extends Error {
  readonly code = 'wrong_offset';
  /** How many bytes are kept. */
  readonly offset: number;

  constructor(key: string, offset: number) {
    super(`${offset} bytes of ${key} are kept: others come next`);
    this.name = 'OffsetError';
    this.offset = offset;
  }
}

/** What a full disk says, as the caller is told of it; anything else as it is. */
export function readableFault(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new CallError(
        'storage_full',
        'The disk of the platform is full: nothing was kept; free space and send it again',
        { cause: error },
      )
    : error;
}
