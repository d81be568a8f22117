import type { Readable } from 'node:stream';

export interface StoredObject {
  /** Bytes. */
  readonly size: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** An object that can be read at once. */
export interface AdoptedObject extends StoredObject {
  /** Resolves when a power cut does not take it away any more. */
  readonly durable: Promise<void>;
}

/**
 * Where the bytes of files are. A key is a path of plain segments, `uploads/<id>`. An object is there whole or not at
 * all, and never changes.
 */
export interface Objects {
  /**
   * Stores a stream. Nothing is kept when it breaks, is too long or ends early.
   * @param options.length how many bytes there must be
   * @throws CallError `storage_full`, `too_large` or `bad_request`
   */
  put(
    key: string,
    source: Readable,
    options?: { readonly length?: number; readonly maximumBytes?: number; readonly signal?: AbortSignal },
  ): Promise<StoredObject>;
  /**
   * Stores a file of this machine, which may stay or go afterwards. Storing the same again does no harm.
   * @param options.final nobody can write to the file any more: its very bytes may be kept, instead of a copy
   */
  adopt(key: string, path: string, options?: { readonly final?: boolean }): Promise<AdoptedObject>;
  /** Another object with the same bytes, which outlives the first. */
  copy(from: string, to: string): Promise<void>;
  /** @param range the first and the last byte, both included */
  read(key: string, range?: { readonly start: number; readonly end: number }): Promise<Readable>;
  /** A file of this machine with the object's bytes: only to be read. */
  localPath(key: string): string;
  has(key: string): Promise<boolean>;
  /** Bytes. */
  size(key: string): Promise<number>;
  /** Removing what is not there does no harm. */
  remove(key: string): Promise<void>;
  /** Removes what was left half-written by a platform that was killed. */
  sweep(): Promise<void>;
  /** @throws when nothing can be written */
  check(): Promise<void>;
}
