const quote = 0x22;
const lineFeed = 0x0a;

/** Cuts bytes of CSV (RFC 4180) where a row ends: a line feed between quotes ends none. */
export class CsvRows {
  /** How many rows were given whole. */
  count = 0;
  #quoted = false;
  #rest: Uint8Array[] = [];

  /** The bytes of the rows that this chunk completes. */
  push(chunk: Uint8Array): Uint8Array[] {
    let end = 0;
    let quoted = this.#quoted;
    let count = this.count;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at];
      // A quote that is doubled closes and opens again.
      if (byte === quote) quoted = !quoted;
      else if (byte === lineFeed && !quoted) {
        count += 1;
        end = at + 1;
      }
    }
    this.#quoted = quoted;
    this.count = count;
    if (end === 0) {
      this.#rest.push(chunk);
      return [];
    }
    const whole = [...this.#rest, chunk.subarray(0, end)];
    this.#rest = end < chunk.length ? [chunk.slice(end)] : [];
    return whole;
  }

  /** Forgets a row that was begun, and will come again from its beginning. */
  dropRest(): void {
    this.#rest = [];
    this.#quoted = false;
  }
}
