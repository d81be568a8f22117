interface Sender {
  readonly end: () => void;
  readonly over: Promise<void>;
}

/**
 * Who sends the bytes of a file: one at a time. A later one ends the one before, whose connection was most likely lost without
 * this side having been told.
 */
export class Senders {
  readonly #byFile = new Map<string, Sender>();

  /** Ends the one who sends, and waits until what came is kept. */
  async end(id: string): Promise<void> {
    for (let sender = this.#byFile.get(id); sender; sender = this.#byFile.get(id)) {
      sender.end();
      await sender.over;
    }
  }

  /** @param end breaks off what `run` waits for */
  async add<T>(id: string, end: () => void, run: () => Promise<T>): Promise<T> {
    // Several may have waited for the same one: the first of them sends, and is ended by the next.
    while (this.#byFile.has(id)) await this.end(id);
    const { promise: over, resolve } = Promise.withResolvers<void>();
    this.#byFile.set(id, { end, over });
    try {
      return await run();
    } finally {
      this.#byFile.delete(id);
      resolve();
    }
  }
}
