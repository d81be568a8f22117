interface Turn {
  readonly end: () => void;
  readonly over: Promise<void>;
}

/**
 * Who sends the bytes of a file: one at a time. Whoever comes later ends the turn of the one before, whose connection was
 * lost most likely, without this side having been told.
 */
export class Turns {
  readonly #now = new Map<string, Turn>();

  /** Ends the turn of whoever sends, and waits until what came is kept. */
  async end(id: string): Promise<void> {
    for (let turn = this.#now.get(id); turn; turn = this.#now.get(id)) {
      turn.end();
      await turn.over;
    }
  }

  /** @param end breaks off what `run` waits for */
  async take<T>(id: string, end: () => void, run: () => Promise<T>): Promise<T> {
    for (let turn = this.#now.get(id); turn; turn = this.#now.get(id)) {
      turn.end();
      await turn.over;
    }
    const { promise: over, resolve } = Promise.withResolvers<void>();
    this.#now.set(id, { end, over });
    try {
      return await run();
    } finally {
      this.#now.delete(id);
      resolve();
    }
  }
}
