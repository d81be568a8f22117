import { chunksInUse } from '../runtime.ts';

/**
 * In bytes. To read into memory that is there already takes a sixth of the processor time that new memory for every 64 KiB
 * takes. What goes to other threads block by block takes 0.13 ms a block for it, however large it is.
 */
const blockBytes = 1024 * 1024;
/** In bytes, of the smallest block: what comes together with the head of an answer fits into it. */
export const leastBytes = 16 * 1024;
/** Beside those that are with whoever takes the pieces, one is ready for them, and one is being filled. */
const mostBlocks = chunksInUse + 2;
/** What has come waits no longer than this for the rest of its block, so that whoever takes it sees it move. */
const patienceMs = 100;

interface Piece {
  readonly block: Uint8Array;
  readonly from: number;
  readonly to: number;
  /** Nothing more comes into its block. */
  readonly last: boolean;
}

/** What comes of a file, gathered in a few blocks of memory: filled as it comes, given out as it is asked for. */
export class Blocks {
  readonly #brief: boolean;
  readonly #resume: () => void;
  readonly #spare: Uint8Array[] = [];
  readonly #ready: Piece[] = [];
  /** How many more blocks may be begun. */
  #free = mostBlocks - 1;
  #block: Uint8Array;
  /** Up to here the block is given out, and filled. */
  #given = 0;
  #filled = 0;
  #left: number;
  #failure: Error | undefined;
  /** Whoever waits takes what there is. */
  #late = false;
  #wake: () => void = () => undefined;

  /**
   * @param length the bytes that are to come
   * @param options `brief`: a piece is done with once the one `chunksInUse` after it is asked for, and its memory is used again;
   * `resume`: called when there is room again
   */
  constructor(length: number, options: { readonly brief: boolean; readonly resume: () => void }) {
    this.#left = length;
    this.#brief = options.brief;
    this.#block = this.#fresh();
    this.#resume = options.resume;
  }

  /** Whether all has come. */
  get whole(): boolean {
    return this.#left === 0;
  }

  /** Where the next bytes go. */
  room(): Uint8Array {
    return this.#block.subarray(this.#filled);
  }

  /** Takes note of bytes that were put there. @returns false when no more may come until `resume` */
  took(count: number): boolean {
    const counted = Math.min(count, this.#left);
    this.#filled += counted;
    this.#left -= counted;
    if (this.#left === 0) this.#give(true);
    else if (this.#filled === this.#block.length) {
      this.#give(true);
      this.#free -= 1;
      this.#block = this.#spare.pop() ?? this.#fresh();
      this.#given = this.#filled = 0;
    }
    if (this.#late || this.#ready.length > 0) this.#wake();
    return this.#free > 0;
  }

  /** No more will come. What has come is still given out. */
  fail(error: Error): void {
    if (this.#left === 0) return;
    this.#failure ??= error;
    this.#wake();
  }

  /** The pieces in order. @throws what it failed with */
  async *pieces(): AsyncGenerator<Uint8Array, void, undefined> {
    const taken: Piece[] = [];
    for (;;) {
      if (this.#ready.length === 0) await this.#more();
      const piece = this.#ready.shift();
      if (!piece) {
        if (this.#failure) throw this.#failure;
        return;
      }
      yield piece.block.subarray(piece.from, piece.to);
      taken.push(piece);
      if (taken.length < chunksInUse) continue;
      const { last, block } = taken.shift()!;
      if (last) this.#release(block);
    }
  }

  /** Until a block is full, or something has come and its time is up, or no more will come. */
  async #more(): Promise<void> {
    this.#late = false;
    const timer = setTimeout(() => {
      this.#late = true;
      this.#wake();
    }, patienceMs);
    while (this.#ready.length === 0 && this.#left > 0 && !this.#failure) {
      if (this.#late && this.#filled > this.#given) break;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    clearTimeout(timer);
    this.#late = false;
    if (this.#ready.length === 0 && this.#filled > this.#given) this.#give(false);
  }

  /** What is used again stays with the SDK, and may be read by its other threads. */
  #fresh(): Uint8Array {
    const bytes = Math.min(blockBytes, Math.max(leastBytes, this.#left));
    return this.#brief ? new Uint8Array(new SharedArrayBuffer(bytes)) : Buffer.allocUnsafeSlow(bytes);
  }

  #give(last: boolean): void {
    this.#ready.push({ block: this.#block, from: this.#given, to: this.#filled, last });
    this.#given = this.#filled;
  }

  #release(block: Uint8Array): void {
    if (this.#brief) this.#spare.push(block);
    this.#free += 1;
    if (this.#free === 1) this.#resume();
  }
}
