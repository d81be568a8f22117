import type { Bucket } from './bucket.ts';
import { Multipart, putWhole } from './parts.ts';
import type { Spooled } from './spooled.ts';

/** Of one object: one is filled while the others are sent. */
const mostPartsOnTheWay = 3;

/** The parts of one object that are on their way. */
export class StreamUpload {
  readonly #bucket: Bucket;
  readonly #key: string;
  readonly #signal: AbortSignal | undefined;
  readonly #held = new Set<Spooled>();
  readonly #sending = new Set<Promise<void>>();
  #multipart: Multipart | undefined;
  #number = 0;
  #failed = false;

  /** @param begun the parts of it that are stored already */
  constructor(bucket: Bucket, key: string, signal: AbortSignal | undefined, begun?: Multipart) {
    this.#bucket = bucket;
    this.#key = key;
    this.#signal = signal;
    this.#multipart = begun;
    this.#number = begun?.parts ?? 0;
  }

  /** How many parts have been sent, or are being sent. */
  get parts(): number {
    return this.#number;
  }

  /** Removes the part in the end, whatever happens. */
  holds(part: Spooled): void {
    this.#held.add(part);
  }

  /** Sends a part while the next one is filled. @throws what the sending of an earlier part failed with */
  async send(part: Spooled): Promise<void> {
    const multipart = (this.#multipart ??= await Multipart.start(this.#bucket, this.#key, this.#signal));
    this.#number += 1;
    const sending = this.#deliver(multipart, part).finally(() => this.#sending.delete(sending));
    sending.catch(() => undefined);
    this.#sending.add(sending);
    if (this.#sending.size >= mostPartsOnTheWay) await Promise.race(this.#sending);
  }

  async #deliver(multipart: Multipart, part: Spooled): Promise<void> {
    try {
      await multipart.send(this.#number, part.asPart());
    } catch (error) {
      this.#failed = true;
      throw error;
    }
    await this.#remove(part);
  }

  async #remove(part: Spooled): Promise<void> {
    this.#held.delete(part);
    await part.remove();
  }

  async finish(last: Spooled): Promise<void> {
    if (!this.#multipart) {
      await putWhole(this.#bucket, this.#key, last.asPart(), this.#signal);
      return await this.#remove(last);
    }
    // All may have been sent, and only the answer to that lost.
    if (last.length === 0 && this.#number > 0) await this.#remove(last);
    else await this.send(last);
    await Promise.all(this.#sending);
    await this.#multipart.complete();
  }

  /** Waits until nothing is on its way any more. @returns whether all that was sent has come */
  async settled(): Promise<boolean> {
    await Promise.allSettled(this.#sending);
    return !this.#failed;
  }

  /** Removes the parts that wait on the disk. */
  async release(): Promise<void> {
    await Promise.allSettled(this.#sending);
    for (const part of this.#held) await this.#remove(part);
  }

  async abandon(): Promise<void> {
    await this.release();
    await this.#multipart?.abort();
  }
}
