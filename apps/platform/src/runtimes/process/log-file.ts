import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { LogSplitter } from '../log-splitter.ts';
import type { LogRecord, LogStream } from '../local/attempts.ts';

const LINE_FEED = 0x0a;

/**
 * The log of one attempt, a JSON document a line. Writes are synchronous: a component that logs faster than the disk
 * takes it is held up by its full pipe, and what has been read from it is in the file, which is made for the first line.
 */
export class LogFile {
  readonly #path: string;
  #file: number | undefined;
  readonly #splitters: Record<LogStream, LogSplitter> = {
    stdout: new LogSplitter(),
    stderr: new LogSplitter(),
  };
  #lastMicroseconds = 0;
  #clockOffset = 0;
  #lost = 0;
  #bytes = 0;

  constructor(path: string) {
    this.#path = path;
  }

  get bytes(): number {
    return this.#bytes;
  }

  push(stream: LogStream, chunk: Buffer): void {
    this.#append(stream, this.#splitters[stream].push(chunk));
  }

  /** A record of the platform's own, such as why it put an end to the attempt. */
  note(message: string): void {
    this.#append('stderr', [message]);
  }

  /** Completes the last lines and closes the file. */
  end(): void {
    for (const stream of ['stdout', 'stderr'] as const) this.#append(stream, this.#splitters[stream].end());
    if (this.#lost > 0) this.#append('stderr', []);
    try {
      if (this.#file !== undefined) closeSync(this.#file);
    } catch {
      // A network file system may say only now that it is full; nothing more can be done for these records.
    }
  }

  #append(stream: LogStream, messages: readonly string[]): void {
    if (messages.length === 0 && this.#lost === 0) return;
    const notes =
      this.#lost === 0
        ? []
        : [
            this.#line(
              'stderr',
              `[platform] ${this.#lost} log records are missing here: they could not be written.`,
            ),
          ];
    const lines = [...notes, ...messages.map((message) => this.#line(stream, message))];
    const kept = this.#write(Buffer.from(lines.join('')));
    this.#lost = kept === 0 ? this.#lost + messages.length : lines.length - kept;
  }

  #line(stream: LogStream, message: string): string {
    const record: LogRecord = { loggedAt: this.#now(), stream, message };
    return `${JSON.stringify(record)}\n`;
  }

  /**
   * Gives the number of lines that the disk took. What it took of a further one is cut off again, since readers go by
   * whole lines, and whole lines may have been read already.
   */
  #write(bytes: Buffer): number {
    let written = 0;
    try {
      this.#file ??= openSync(this.#path, 'a', 0o600);
      while (written < bytes.length) written += writeSync(this.#file, bytes, written);
    } catch {
      const whole = bytes.subarray(0, written).lastIndexOf(LINE_FEED) + 1;
      if (whole !== written && this.#file !== undefined) ftruncateSync(this.#file, this.#bytes + whole);
      written = whole;
    }
    this.#bytes += written;
    let lines = 0;
    for (let at = bytes.indexOf(LINE_FEED); at !== -1 && at < written; at = bytes.indexOf(LINE_FEED, at + 1))
      lines += 1;
    return lines;
  }

  /** The time now in microseconds; a microsecond after the last one where the clock stands still or goes back. */
  #now(): string {
    // The steady clock gives the microseconds; it stands still while a machine sleeps, so it is set again now and then.
    const steady = performance.now();
    if (Math.abs(this.#clockOffset + steady - Date.now()) > 20) this.#clockOffset = Date.now() - steady;
    const clock = Math.floor((this.#clockOffset + steady) * 1000);
    this.#lastMicroseconds = Math.max(clock, this.#lastMicroseconds + 1);
    const milliseconds = Math.floor(this.#lastMicroseconds / 1000);
    const rest = String(this.#lastMicroseconds % 1000).padStart(3, '0');
    return new Date(milliseconds).toISOString().replace('Z', `${rest}Z`);
  }
}
