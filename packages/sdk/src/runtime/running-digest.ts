/** Takes a SHA-256. */
export interface SentHash {
  update(bytes: Uint8Array): void;
  /** In base64. */
  digest(): string;
}

/** The checksum of a source of which some bytes may be read more than once, since they were sent more than once. */
export class RunningDigest {
  readonly #hash: SentHash | undefined;
  #end = 0;
  #value: string | undefined;

  /** @param hash none where the bytes are not seen on their way */
  constructor(hash: SentHash | undefined) {
    this.#hash = hash;
  }

  /** Whether bytes from there on can be sent so that all are seen. */
  reaches(at: number): boolean {
    return !this.#hash || at <= this.#end;
  }

  /** @param at where the bytes are in the source. Those that were seen before are left out. */
  update(at: number, bytes: Uint8Array): void {
    const fresh = bytes.subarray(this.#end - at);
    if (!this.#hash || fresh.byteLength === 0) return;
    this.#hash.update(fresh);
    this.#end += fresh.byteLength;
  }

  /** The checksum of the whole source of so many bytes; undefined when it was not seen whole. */
  of(size: number): string | undefined {
    if (this.#end !== size) return undefined;
    return (this.#value ??= this.#hash?.digest());
  }
}
