import { stripVTControlCharacters } from 'node:util';

import stringWidth from 'string-width';

import { printable } from './printable.ts';
import type { Sink } from './sink.ts';
import { cutTo } from './table.ts';

const hideCursor = '\u001B[?25l';
const showCursor = '\u001B[?25h';
const clearLine = '\u001B[2K';

/** Some lines at the end of a terminal that are drawn again and again in place. */
export class LiveBlock {
  readonly #sink: Sink;
  #drawn = 0;
  #hidden = false;
  readonly #restore = (): void => void this.#sink.stream.write(showCursor);

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  /** Puts these lines in the place of those drawn before. More than the terminal has rows are cut off, with a word. */
  draw(lines: readonly string[]): void {
    const { stream, width } = this.#sink;
    const rows = Math.max(2, (stream.rows || 24) - 1);
    const shown =
      lines.length > rows ? [...lines.slice(0, rows - 1), `… ${lines.length - rows + 1} more`] : lines;
    const text = shown.map((line) => `${clearLine}${fitted(printable(line), width)}\n`).join('');
    // What was longer before leaves nothing behind.
    const rest = Math.max(0, this.#drawn - shown.length);
    const clear = rest === 0 ? '' : `${`${clearLine}\n`.repeat(rest)}\u001B[${rest}A`;
    stream.write(`${this.#hide()}${this.#up()}${text}${clear}`);
    this.#drawn = shown.length;
  }

  /** Writes lines above the block, where they stay. */
  above(text: string): void {
    this.clear();
    this.#sink.write(`${text}\n`);
  }

  clear(): void {
    if (this.#drawn === 0) return;
    this.#sink.stream.write(`${this.#up()}\u001B[0J`);
    this.#drawn = 0;
  }

  /** Leaves what is drawn where it is, and gives the cursor back. */
  end(): void {
    if (!this.#hidden) return;
    this.#hidden = false;
    process.off('exit', this.#restore);
    this.#restore();
    this.#drawn = 0;
  }

  #up(): string {
    return this.#drawn === 0 ? '' : `\u001B[${this.#drawn}A\r`;
  }

  #hide(): string {
    if (this.#hidden) return '';
    this.#hidden = true;
    process.once('exit', this.#restore);
    return hideCursor;
  }
}

/** A line that is too wide loses its colours with its end: an escape sequence cut in two would be worse. */
function fitted(line: string, width: number): string {
  if (stringWidth(line) < width) return line;
  return cutTo(stripVTControlCharacters(line), width - 1);
}
