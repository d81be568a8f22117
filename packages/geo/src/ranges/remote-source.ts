import { BlockFolder, BLOCK } from './block-folder.ts';
import type { BlockCache } from './block-folder.ts';
import { RangeRequests } from './range-requests.ts';
import type { RangeOptions } from './range-requests.ts';
import { RemoteRasterError } from './remote-raster-error.ts';

export interface RemoteSourceOptions extends RangeOptions {
  /** Where blocks are kept for other readers of the same file; nowhere by default. */
  readonly cache?: BlockCache | undefined;
}

interface Slice {
  readonly offset: number;
  readonly length: number;
}

/** Blocks kept in memory: 16 MB. */
const MOST_KEPT = 256;
/** Blocks asked for in one request at most: 2 MB. */
const MOST_AT_ONCE = 32;
/** Requests at a time: public archives slow down those who ask for everything at once. */
const MOST_REQUESTS = 6;

/**
 * Reads slices of a remote file for geotiff, by whole blocks. Blocks that are asked for at the same time and lie beside
 * each other are fetched in one request.
 */
export class RemoteSource {
  readonly #requests: RangeRequests;
  readonly #size: number;
  readonly #folder: BlockFolder | null;
  /** By number, the last used one last. */
  readonly #blocks = new Map<number, Promise<Uint8Array>>();
  #wanted = new Map<number, PromiseWithResolvers<Uint8Array>>();
  readonly #queue: (() => Promise<void>)[] = [];
  #running = 0;

  private constructor(requests: RangeRequests, size: number, folder: BlockFolder | null) {
    this.#requests = requests;
    this.#size = size;
    this.#folder = folder;
  }

  /**
   * Reads the first block from the server, whatever is kept: with it comes which version of the file there is.
   * @throws {RemoteRasterError}; the signal's reason when aborted
   */
  static async open(url: string, { cache, ...options }: RemoteSourceOptions): Promise<RemoteSource> {
    const requests = new RangeRequests(url, options);
    const first = await requests.read(0, BLOCK);
    const { size = 0, version = null } = requests.facts ?? {};
    const kept = cache !== undefined && version !== null;
    const folder = kept ? await BlockFolder.open(cache, url, version) : null;
    const source = new RemoteSource(requests, size, folder);
    source.#blocks.set(0, Promise.resolve(first));
    return source;
  }

  get fileSize(): number {
    return this.#size;
  }

  /** What went wrong with a request, in words for the user. */
  get failure(): RemoteRasterError | undefined {
    return this.#requests.failure;
  }

  async fetch(slices: readonly Slice[]): Promise<ArrayBufferLike[]> {
    return await Promise.all(slices.map(async (slice) => (await this.fetchSlice(slice)).data));
  }

  /** Fewer bytes where the file ends before. */
  async fetchSlice({ offset, length }: Slice): Promise<Slice & { data: ArrayBufferLike }> {
    if (offset >= this.#size)
      throw new RemoteRasterError('unusable', this.#requests.url, 'the file is cut off');
    const end = Math.min(this.#size, offset + length);
    const bytes = new Uint8Array(end - offset);
    const first = Math.floor(offset / BLOCK);
    const blocks = Array.from({ length: Math.ceil(end / BLOCK) - first }, (_, index) =>
      this.#block(first + index),
    );
    for (const [index, block] of (await Promise.all(blocks)).entries()) {
      const start = (first + index) * BLOCK;
      const [from, to] = [Math.max(0, offset - start), Math.min(block.length, end - start)];
      bytes.set(block.subarray(from, to), start + from - offset);
    }
    return { data: bytes.buffer, offset, length: bytes.length };
  }

  /** Resolves when what is kept is on disk. */
  async close(): Promise<void> {
    await this.#folder?.settled();
  }

  #block(index: number): Promise<Uint8Array> {
    const known = this.#blocks.get(index);
    if (known !== undefined) {
      this.#blocks.delete(index);
      this.#blocks.set(index, known);
      return known;
    }
    const wanted = Promise.withResolvers<Uint8Array>();
    // All that is asked for in this turn is looked at together.
    if (this.#wanted.size === 0) setImmediate(() => void this.#fetchWanted());
    this.#wanted.set(index, wanted);
    this.#blocks.set(index, wanted.promise);
    for (const oldest of this.#blocks.keys()) {
      if (this.#blocks.size <= MOST_KEPT) break;
      this.#blocks.delete(oldest);
    }
    return wanted.promise;
  }

  async #fetchWanted(): Promise<void> {
    const wanted = this.#wanted;
    this.#wanted = new Map();
    const missing: number[] = [];
    await Promise.all(
      [...wanted].map(async ([index, { resolve }]) => {
        const kept = (await this.#folder?.read(index, this.#lengthOf(index))) ?? null;
        if (kept === null) missing.push(index);
        else resolve(kept);
      }),
    );
    for (const run of runsOf(missing)) this.#queue.push(() => this.#fetchRun(run, wanted));
    this.#next();
  }

  #next(): void {
    while (this.#running < MOST_REQUESTS) {
      const task = this.#queue.shift();
      if (task === undefined) return;
      this.#running += 1;
      void task().finally(() => {
        this.#running -= 1;
        this.#next();
      });
    }
  }

  async #fetchRun(
    run: readonly number[],
    wanted: ReadonlyMap<number, PromiseWithResolvers<Uint8Array>>,
  ): Promise<void> {
    const [first = 0, last = first] = [run[0], run.at(-1)];
    const length = (last - first) * BLOCK + this.#lengthOf(last);
    try {
      const bytes = await this.#requests.read(first * BLOCK, length);
      for (const index of run) {
        const from = (index - first) * BLOCK;
        const block = bytes.subarray(from, from + BLOCK);
        wanted.get(index)?.resolve(block);
        this.#folder?.write(index, block);
      }
    } catch (error) {
      for (const index of run) {
        this.#blocks.delete(index);
        wanted.get(index)?.reject(error);
      }
    }
  }

  #lengthOf(index: number): number {
    return Math.min(BLOCK, this.#size - index * BLOCK);
  }
}

/** Numbers in order, those that follow each other together. */
function runsOf(numbers: readonly number[]): number[][] {
  const runs: number[][] = [];
  for (const number of numbers.toSorted((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run !== undefined && run.at(-1) === number - 1 && run.length < MOST_AT_ONCE) run.push(number);
    else runs.push([number]);
  }
  return runs;
}
