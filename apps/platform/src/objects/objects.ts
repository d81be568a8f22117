import type { Readable } from 'node:stream';

export interface StoredObject {
  /** Bytes. */
  readonly size: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** The first and the last byte, both included, as in HTTP. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface ListedObject {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** When these bytes were stored under this key, by the clock of the store. */
  readonly storedAt: Date;
}

export interface PutOptions {
  /** How many bytes there must be. */
  readonly length?: number;
  readonly maximumBytes?: number;
  /** The chunks of the source are nobody else's: their memory may be given back once they are stored. */
  readonly release?: boolean;
  readonly signal?: AbortSignal;
}

interface Abortable {
  readonly signal?: AbortSignal;
}

/** What comes next of an object that comes in several goes. */
export interface AppendOptions extends Abortable {
  /** How many bytes of it are kept: these come after them. */
  readonly offset: number;
  /** Of the whole object, in bytes; the same each time. */
  readonly length: number;
  /** Whoever has just made up its key knows that nothing has come of it. */
  readonly fresh?: boolean;
  /** The chunks of the source are nobody else's: their memory may be given back once they are stored. */
  readonly release?: boolean;
}

/** An object that can be read at once. */
export interface AdoptedObject extends StoredObject {
  /** Resolves when a power cut does not take it away any more. */
  readonly durable: Promise<void>;
}

/**
 * Where the bytes of files are. A key is a path of plain segments, `uploads/<id>`. An object is there whole or not at
 * all, never changes, and survives a power cut once the call that stored it has resolved. No call holds more than a few
 * megabytes of an object in memory.
 */
export interface Objects {
  /**
   * Stores a stream. Nothing is kept when it breaks, is too long or ends early. The stream is not destroyed: its owner
   * may have to read it to its end.
   * @throws CallError `storage_full`, `too_large` or `bad_request`
   */
  put(key: string, source: Readable, options?: PutOptions): Promise<StoredObject>;
  /**
   * Adds to an object that comes in several goes, from one writer at a time. What came stays when the stream breaks, over a
   * restart as well, and `received` tells how much that is. Too many bytes are refused; the stream is not destroyed.
   * @returns the object once it is whole: that is when it is there, and not before
   * @throws OffsetError when other bytes than these come next, CallError `storage_full` (nothing is kept then) or `too_large`
   */
  append(key: string, source: Readable, options: AppendOptions): Promise<StoredObject | undefined>;
  /** How many bytes of an object are kept that comes in several goes; one that is whole has all. */
  received(key: string): Promise<number>;
  /** Removes what came of an object that is not whole. Harmless when there is nothing. */
  abandon(key: string): Promise<void>;
  /**
   * Stores a file of this machine, which may stay or go afterwards. Storing the same again does no harm. Symbolic links,
   * pipes and folders are refused.
   * @param options.final nobody can write to the file any more: its very bytes may be kept, instead of a copy
   */
  putFile(
    key: string,
    path: string,
    options?: Abortable & { readonly final?: boolean },
  ): Promise<StoredObject>;
  /** Another object with the same bytes, which outlives the first. Harmless when repeated. */
  copy(from: string, to: string): Promise<void>;
  /**
   * The bytes as a stream; one that breaks ends with an error, never early.
   * @throws NoSuchObjectError
   */
  get(key: string, range?: ByteRange, options?: Abortable): Promise<Readable>;
  /**
   * The bytes piece by piece. A piece is valid until the next one is asked for: its memory may then be used again. A fault
   * ends the iteration with an error, never early. Begin it and let it end: only that frees what it holds.
   * @throws NoSuchObjectError
   */
  pieces(key: string, range?: ByteRange): Promise<AsyncIterable<Uint8Array>>;
  /**
   * Lends a file of this machine with the object's bytes, only to be read and only until `use` has ended.
   * @throws NoSuchObjectError
   */
  withFile<T>(key: string, use: (path: string) => Promise<T>, options?: Abortable): Promise<T>;
  /**
   * Makes a file of this machine with the object's bytes, in the place of what is there; it is there whole or not at all.
   * @param options.shared nobody will write to the file: it may be the store's own, instead of a copy
   * @throws NoSuchObjectError
   */
  toFile(key: string, path: string, options?: Abortable & { readonly shared?: boolean }): Promise<void>;
  has(key: string): Promise<boolean>;
  /** Bytes. @throws NoSuchObjectError */
  size(key: string): Promise<number>;
  /** Removing what is not there does no harm. */
  remove(key: string): Promise<void>;
  /** Every object, in no particular order, or those whose key begins so. */
  list(prefix?: string): AsyncIterable<ListedObject>;
  /**
   * An address from which the object can be had from the store itself; undefined where the store has none.
   * @param options.seconds how long it can be used
   */
  signedUrl(
    key: string,
    options: { readonly seconds: number; readonly fileName: string; readonly contentType: string },
  ): Promise<string | undefined>;
  /**
   * Removes what was left half-written by a platform that was killed, and what came of objects that nobody has added to for a
   * day. Harmless while others store.
   */
  sweep(): Promise<void>;
  /** @throws when nothing can be written */
  check(): Promise<void>;
  /** As `putFile`, before it is durable. For a folder alone, until its last caller stores by `putFile`. */
  adopt(key: string, path: string, options?: { readonly final?: boolean }): Promise<AdoptedObject>;
  /** The file of an object. For a folder alone, until its last caller reads by `withFile` or `toFile`. */
  localPath(key: string): string;
}
