import { setTimeout as delay } from 'node:timers/promises';

import type { LogRecord } from '../../runtime.ts';
import { LogSplitter } from '../../log-splitter.ts';
import type { LogSource } from './log-source.ts';

/** Beyond this the daemon is left to wait until the engine has taken what there is. */
const mostRecordsHeld = 10_000;
const patienceMilliseconds = 2000;

/**
 * Follows the log of one container. The daemon keeps the log, and keeps it after the container's end, so nothing of it is
 * written here: records are counted, and after a restart as many as were taken before are passed over.
 */
export class LogReader {
  readonly #source: LogSource;
  readonly #onNews: () => void;
  #held: LogRecord[] = [];
  /** The number of the first record held. */
  #from: number;
  #seen = 0;
  #last: string;
  #complete = false;
  #news = Promise.withResolvers<void>();
  readonly #closing = new AbortController();

  /** @param taken how many records were taken before; the reader begins with the next one */
  constructor(
    source: LogSource,
    { taken, last, onNews }: { readonly taken: number; readonly last: string; readonly onNews: () => void },
  ) {
    this.#source = source;
    this.#from = taken;
    this.#last = last;
    this.#onNews = onNews;
  }

  get from(): number {
    return this.#from;
  }

  get complete(): boolean {
    return this.#complete;
  }

  /** Reads to the end of the log, which comes after the container's end. Called again where it broke off. */
  async follow(): Promise<void> {
    this.#seen = 0;
    const splitters = { stdout: new LogSplitter(), stderr: new LogSplitter() };
    for await (const { stream, time, content } of this.#source(this.#closing.signal)) {
      this.#add(stream, splitters[stream].push(content), time);
      if (this.#held.length >= mostRecordsHeld) await this.#untilTaken();
    }
    if (this.#closing.signal.aborted) return;
    for (const name of ['stdout', 'stderr'] as const) this.#add(name, splitters[name].end(), null);
    this.giveUp();
  }

  /** Resolves once there is a record from number `taken` on, or it is known that there is none; after a moment in any case. */
  async ready(taken: number): Promise<void> {
    const patience = AbortSignal.timeout(patienceMilliseconds);
    while (!this.#complete && !patience.aborted && this.#from + this.#held.length <= taken)
      await Promise.race([
        this.#news.promise,
        delay(patienceMilliseconds, undefined, { signal: patience }),
      ]).catch(() => undefined);
  }

  /** Records from number `taken` on; what comes before is not asked for any more. */
  take(taken: number, limit: number): { readonly records: readonly LogRecord[]; readonly more: boolean } {
    this.#held.splice(0, Math.max(0, taken - this.#from));
    this.#from = Math.max(this.#from, taken);
    this.#taken?.resolve();
    const records = this.#held.slice(0, limit);
    return { records, more: this.#held.length > records.length || !this.#complete };
  }

  /** The container is gone, and its log with it. */
  giveUp(): void {
    this.#complete = true;
    this.#tell();
  }

  #tell(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers<void>();
    this.#onNews();
  }

  close(): void {
    this.#closing.abort();
    this.#taken?.resolve();
  }

  #taken: PromiseWithResolvers<void> | undefined;
  async #untilTaken(): Promise<void> {
    this.#taken = Promise.withResolvers<void>();
    await this.#taken.promise;
  }

  #add(stream: 'stdout' | 'stderr', messages: readonly string[], time: string | null): void {
    for (const message of messages) {
      this.#seen += 1;
      if (this.#seen <= this.#from + this.#held.length) continue;
      this.#last = laterThan(this.#last, time);
      this.#held.push({ loggedAt: this.#last, stream, message });
    }
    if (messages.length > 0) this.#tell();
  }
}

/**
 * A time for the next record: the daemon's where it gives fractions of a second; now where it gives whole seconds that are
 * not long past; always a microsecond after the one before at least.
 */
export function laterThan(last: string, time: string | null, now: number = Date.now()): string {
  const said = time === null ? Number.NaN : Date.parse(time);
  const fraction = /\.(\d+)/.exec(time ?? '')?.[1];
  const milliseconds = Number.isNaN(said) || (fraction === undefined && now - said < 5000) ? now : said;
  const micros = fraction === undefined ? 0 : Number(fraction.padEnd(6, '0').slice(3, 6));
  const candidate = format(milliseconds, micros);
  return candidate > last ? candidate : nextMicrosecond(last);
}

function format(milliseconds: number, micros: number): string {
  return new Date(milliseconds).toISOString().replace('Z', `${String(micros).padStart(3, '0')}Z`);
}

function nextMicrosecond(time: string): string {
  const micros = Number(time.slice(23, 26)) + 1;
  const milliseconds = Date.parse(`${time.slice(0, 23)}Z`);
  return micros > 999 ? format(milliseconds + 1, 0) : format(milliseconds, micros);
}
