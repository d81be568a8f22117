import { createHash } from 'node:crypto';

import { TransferError } from '../../errors/index.ts';
import { RunningDigest } from '../running-digest.ts';
import type { SentHash } from '../running-digest.ts';
import type { AddedBytes, OpenedSource } from '../runtime.ts';

/** In bytes. What was in memory already comes in one piece: cut small, so that progress moves. */
const pieceSize = 256 * 1024;

/** The pieces of a source as they go out, counted and hashed. */
export class Counted {
  readonly #source: Pick<OpenedSource, 'name' | 'size'>;
  readonly #digest: RunningDigest;
  #sent: number;

  constructor(source: Pick<OpenedSource, 'name' | 'size'>, added?: Pick<AddedBytes, 'from' | 'digest'>) {
    this.#source = source;
    this.#digest = added?.digest ?? new RunningDigest(sentHash());
    this.#sent = added?.from ?? 0;
  }

  /** Up to where the bytes of the source have been sent. */
  get sent(): number {
    return this.#sent;
  }

  /** @throws TransferError for more bytes than there were to be, before they are sent */
  *cut(chunk: Uint8Array): Generator<Uint8Array, void, undefined> {
    for (let from = 0; from < chunk.byteLength; from += pieceSize) {
      const piece = chunk.subarray(from, from + pieceSize);
      const at = this.#sent;
      this.#sent += piece.byteLength;
      if (this.#sent > this.#source.size) this.#refuse(`more than ${this.#source.size}`);
      this.#digest.update(at, piece);
      yield piece;
    }
  }

  /** @returns the SHA-256 of the whole source, in base64. @throws TransferError for too few bytes */
  end(): string | undefined {
    if (this.#sent !== this.#source.size) this.#refuse(`${this.#sent}`);
    return this.#digest.of(this.#source.size);
  }

  #refuse(found: string): never {
    const { name, size } = this.#source;
    throw new TransferError('wrong_length', name, `there are ${found} bytes to upload instead of ${size}`);
  }
}

export function sentHash(): SentHash {
  const hash = createHash('sha256');
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('base64') };
}
