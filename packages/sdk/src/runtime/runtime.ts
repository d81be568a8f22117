/** Bytes to upload, of known length, that can be read again from the start. */
export interface OpenedSource {
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** Whether `stream` can be called more than once. */
  readonly repeatable: boolean;
  stream(): ReadableStream<Uint8Array>;
  /** The bytes as a Blob, where they are one already. */
  readonly blob?: Blob;
}

export interface PutRequest {
  readonly url: string;
  readonly source: OpenedSource;
  readonly fetch: typeof globalThis.fetch;
  readonly signal: AbortSignal;
  /** Told how many bytes have gone out so far. */
  readonly onBytes: (sent: number) => void;
}

export interface PutAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Hasher {
  update(bytes: Uint8Array): void;
  /** In base64. */
  digest(): string;
}

/** What differs between a server's runtime and a browser. The package's `#runtime` import gives the right one. */
export interface Runtime {
  readonly hasFileSystem: boolean;
  /** Opens a file by its path. */
  openFile(path: string): Promise<OpenedSource>;
  /** Writes under a temporary name and renames once all is there; whatever fails, nothing is left behind. */
  writeFile(path: string, chunks: AsyncIterable<Uint8Array | string>): Promise<void>;
  /** PUTs bytes with their length and no content type. */
  put(request: PutRequest): Promise<PutAnswer>;
  sha256(): Hasher;
}
