import type { RunningDigest, SentHash } from './running-digest.ts';

/** Bytes to upload, of known length. */
export interface OpenedSource {
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** Whether `stream` can be called more than once, and gives the bytes from their start each time. */
  readonly repeatable: boolean;
  /**
   * @param options `brief`: a large chunk is done with when the next one is asked for, and its memory may be used again;
   * `from`: how many bytes are left out at its start, of a source that is repeatable
   */
  stream(options?: SourceOptions): ReadableStream<Uint8Array>;
  /** The bytes as a Blob, where they are one already. */
  readonly blob?: Blob;
  /** Lets go of what the source holds, once nobody reads it any more. */
  close?(): Promise<void>;
}

export interface SourceOptions {
  readonly brief?: boolean;
  readonly from?: number;
}

export interface PutRequest {
  readonly url: string;
  readonly source: OpenedSource;
  /** The caller's own `fetch`, which is then used. */
  readonly fetch: typeof globalThis.fetch | undefined;
  readonly signal: AbortSignal;
  /** Told up to where the bytes of the source have gone out so far. */
  readonly onBytes: (sent: number) => void;
  /** Adds the bytes from there on to those that have come, in place of sending all. */
  readonly added?: AddedBytes | undefined;
}

export interface AddedBytes {
  readonly from: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The checksum of the whole source, over all the requests that it takes. */
  readonly digest: RunningDigest;
}

export interface PutAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The SHA-256 of what was sent, in base64; undefined where the bytes were not seen on their way. */
  readonly sha256?: string;
}

/**
 * So many chunks may be in use at once where their memory is used again: once the fourth after one is asked for, it is done
 * with. Receiving, hashing and writing each have a thread, and each is held up now and then: with two chunks they waited for
 * one another.
 */
export const chunksInUse = 4;

/** What is written to a file. */
export interface Chunks {
  readonly chunks: AsyncIterable<Uint8Array | string>;
  /** Whether the memory of a chunk may be used again once the one `chunksInUse` after it is asked for. */
  readonly brief: boolean;
  /** How many bytes there are about to be, as far as it is known. */
  readonly size?: number | undefined;
}

export interface GetRequest {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly signal: AbortSignal;
  /** Whether the memory of a chunk may be used again once the one `chunksInUse` after it is asked for. */
  readonly brief: boolean;
}

export interface GetAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Lets go of an answer whose chunks nobody asks for. */
  cancel(): void;
}

export interface Hasher {
  /** The bytes may change once it is done with them. */
  update(bytes: Uint8Array): Promise<void> | void;
  /** In base64. */
  digest(): Promise<string> | string;
  /** Lets go of what it holds, and resolves once that is free. */
  close(): Promise<void> | void;
}

/** What differs between a server's runtime and a browser. The package's `#runtime` import gives the right one. */
export interface Runtime {
  readonly hasFileSystem: boolean;
  /** Opens a file by its path. */
  openFile(path: string): Promise<OpenedSource>;
  /** Keeps a stream of unknown length, so that its length is known and it can be sent again. */
  keepStream(name: string, stream: ReadableStream<Uint8Array>): Promise<OpenedSource>;
  /** Writes under a temporary name and renames once all is there; whatever fails, nothing is left behind. */
  writeFile(path: string, chunks: Chunks): Promise<void>;
  /** The same, added to what a partial file holds, which stays when it breaks off unless `spoilt` says otherwise. */
  finishFile(
    path: string,
    partial: string,
    chunks: Chunks,
    spoilt: (error: unknown) => boolean,
  ): Promise<void>;
  /** The bytes of a partial file; undefined when there is none. */
  readPartial(partial: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  /**
   * PUTs bytes with their length and no content type, or PATCHes what has come with those that are added.
   * @throws TransferError `wrong_length` when the source has not as many bytes as it said, or whatever it throws itself
   */
  put(request: PutRequest): Promise<PutAnswer>;
  /**
   * GETs a large file faster than `fetch` does, without following redirects; undefined where only `fetch` will do.
   * @throws whatever keeps it from an answer
   */
  get?(request: GetRequest): Promise<GetAnswer | undefined>;
  /** Takes the checksum of what is sent; none where the bytes are not seen on their way. */
  sentHash?(): SentHash;
  /** @param size how many bytes there will be, where another thread can read them */
  sha256(size: number | undefined): Hasher;
}
