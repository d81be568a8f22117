import { UnsupportedError } from 'fusion-platform';
import type { LogLines, ProcessServiceExecution } from 'fusion-platform';

export interface Line {
  readonly id: string;
  /** Its place in the whole log, from 0. */
  readonly place: number;
  readonly at: string;
  readonly message: string;
  readonly attempt: number | null;
}

export interface LogFilter {
  readonly text?: string | undefined;
  readonly attempt?: number | undefined;
}

const chunk = 250;
/** As many chunks as are kept, those used last. */
const keep = 120;
/** Without a call that reads by line, a log is read from its beginning, up to so many lines. */
const mostWhole = 20_000;

/** A log that is read in pieces as they are looked at. Tells its listeners when there is more to show. */
export class LogSource {
  readonly #component: ProcessServiceExecution;
  readonly #filter: LogFilter;
  readonly #chunks = new Map<number, readonly Line[]>();
  readonly #asked = new Map<number, Promise<void>>();
  readonly #listeners = new Set<() => void>();
  readonly #gone = new AbortController();
  #total: number | undefined;
  #version = 0;
  /** Whether it was read as a whole, since the platform does not give pieces, and whether it was too long for that. */
  whole = false;
  cut = false;
  error: Error | undefined;

  constructor(component: ProcessServiceExecution, filter: LogFilter) {
    this.#component = component;
    this.#filter = filter;
  }

  /** How many lines it has; undefined until that is known. */
  get total(): number | undefined {
    return this.#total;
  }

  readonly version = (): number => this.#version;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  close(): void {
    this.#gone.abort();
  }

  /** A line that is here; undefined while it is on its way. */
  line(index: number): Line | undefined {
    return this.#chunks.get(Math.floor(index / chunk))?.[index % chunk];
  }

  /** Sees to it that the lines from one to before another come. */
  want(from: number, to: number): void {
    for (let i = Math.floor(from / chunk); i <= Math.floor(Math.max(from, to - 1) / chunk); i += 1) {
      const have = this.#chunks.get(i);
      if (have) {
        this.#chunks.delete(i);
        this.#chunks.set(i, have);
      }
      const complete =
        have && (have.length === chunk || i * chunk + have.length >= (this.#total ?? Infinity));
      if (!complete && !this.#asked.has(i)) void this.#load(i);
    }
  }

  /** Asks for the end: how long it is now, and what has come to it. */
  async refresh(): Promise<void> {
    if (this.whole) {
      await this.#readWhole();
      return;
    }
    await this.#guard(async () => {
      // At first two chunks' worth, among which a whole one begins; then only what is new.
      const where = this.#total === undefined ? { limit: chunk * 2 } : { from: this.#total, limit: chunk };
      this.#take(await this.#read(where));
    });
  }

  /** All lines from one to before another, wherever they are, for what is done with a selection. */
  async lines(from: number, to: number): Promise<readonly Line[]> {
    const found: Line[] = [];
    for (let at = from; at < to;) {
      const here = this.line(at);
      if (here) {
        found.push(here);
        at += 1;
        continue;
      }
      const { records, lines } = await this.#read({ from: at, limit: Math.min(1000, to - at) });
      if (records.length === 0) break;
      found.push(...records.map((record, i) => lineOf(record, lines[i] ?? at + i)));
      at += records.length;
    }
    return found;
  }

  async #read(where: { readonly from?: number; readonly limit: number }): Promise<LogLines> {
    return await this.#component.readLog({ ...this.#filter, ...where, signal: this.#gone.signal });
  }

  async #load(index: number): Promise<void> {
    const work = this.#guard(async () => this.#take(await this.#read({ from: index * chunk, limit: chunk })));
    this.#asked.set(index, work);
    await work;
    this.#asked.delete(index);
  }

  #take({ total, from, records, lines }: LogLines): void {
    const grown = total !== this.#total;
    this.#total = total;
    const byChunk = new Map<number, Line[]>();
    records.forEach((record, i) => {
      const index = from + i;
      const key = Math.floor(index / chunk);
      const list = byChunk.get(key) ?? [...(this.#chunks.get(key) ?? [])];
      // A piece that begins within a chunk is only put where the lines before it are.
      if (list.length >= index % chunk) list[index % chunk] = lineOf(record, lines[i] ?? index);
      byChunk.set(key, list);
    });
    for (const [key, list] of byChunk) {
      if (list.length === 0) continue;
      this.#chunks.delete(key);
      this.#chunks.set(key, list);
    }
    for (const key of this.#chunks.keys()) {
      if (this.#chunks.size <= keep) break;
      this.#chunks.delete(key);
    }
    if (grown || records.length > 0) this.#tell();
  }

  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.error = undefined;
    } catch (error) {
      if (this.#gone.signal.aborted) return;
      if (error instanceof UnsupportedError) {
        this.whole = true;
        await this.#readWhole();
        return;
      }
      this.error = error as Error;
      this.#tell();
    }
  }

  async #readWhole(): Promise<void> {
    const records = await this.#component.logs().toArray({ limit: mostWhole + 1, signal: this.#gone.signal });
    this.cut = records.length > mostWhole;
    const { text, attempt } = this.#filter;
    const found = records
      .slice(0, mostWhole)
      .map((record, i) => lineOf(record, i))
      .filter((line) => !text || line.message.toLowerCase().includes(text.toLowerCase()))
      .filter((line) => attempt === undefined || line.attempt === attempt);
    this.#chunks.clear();
    for (let i = 0; i * chunk < found.length; i += 1)
      this.#chunks.set(i, found.slice(i * chunk, (i + 1) * chunk));
    this.#total = found.length;
    this.#tell();
  }

  #tell(): void {
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }
}

function lineOf(
  record: {
    readonly id: string;
    readonly logged_at: string;
    readonly message?: string | null | undefined;
    readonly attempt?: number | null | undefined;
  },
  place: number,
): Line {
  return {
    id: record.id,
    place,
    at: record.logged_at,
    message: record.message ?? '',
    attempt: record.attempt ?? null,
  };
}
