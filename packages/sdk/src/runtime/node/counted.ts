import { createHash } from 'node:crypto';

import { TransferError } from '../../errors/index.ts';
import type { OpenedSource } from '../runtime.ts';

/** In bytes. What was in memory already comes in one piece: cut small, so that progress moves. */
const pieceSize = 256 * 1024;

/** The pieces of a source as they go out, counted and hashed. */
export class Counted {
  readonly #source: Pick<OpenedSource, 'name' | 'size'>;
  readonly #hash = createHash('sha256');
  #sent = 0;

  constructor(source: Pick<OpenedSource, 'name' | 'size'>) {
    this.#source = source;
  }

  get sent(): number {
    return this.#sent;
  }

  /** @throws TransferError for more bytes than there were to be, before they are sent */
  *cut(chunk: Uint8Array): Generator<Uint8Array, void, undefined> {
    for (let from = 0; from < chunk.byteLength; from += pieceSize) {
      const piece = chunk.subarray(from, from + pieceSize);
      this.#sent += piece.byteLength;
      if (this.#sent > this.#source.size) this.#refuse(`more than ${this.#source.size}`);
      this.#hash.update(piece);
      yield piece;
    }
  }

  /** @returns the SHA-256 in base64. @throws TransferError for too few bytes */
  end(): string {
    if (this.#sent !== this.#source.size) this.#refuse(`${this.#sent}`);
    return this.#hash.digest('base64');
  }

  #refuse(found: string): never {
    const { name, size } = this.#source;
    throw new TransferError('wrong_length', name, `there are ${found} bytes to upload instead of ${size}`);
  }
}
