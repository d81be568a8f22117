import { bytes, duration, plural } from './format.ts';
import { LiveBlock } from './live-block.ts';
import type { Output } from './output.ts';

const barWidth = 24;
const redrawMs = 100;
/** How often a line is written where no bar can be drawn. */
const tellMs = 15_000;
/** The rate is that of the last few seconds. */
const windowMs = 5000;

/** Shows how far a number of transfers is: files, bytes, rate and time left. */
export class TransferDisplay {
  readonly #out: Output;
  readonly #title: string;
  /** What is done with what has come. */
  #stage: string | undefined;
  readonly #total: number;
  readonly #files: number;
  readonly #block: LiveBlock;
  readonly #received = new Map<string, number>();
  readonly #samples: { readonly at: number; readonly bytes: number }[] = [];
  readonly #began = Date.now();
  readonly #timer: NodeJS.Timeout;
  #done = 0;
  #told = Date.now();

  constructor(
    out: Output,
    options: { readonly title: string; readonly files: number; readonly total: number },
  ) {
    this.#out = out;
    this.#title = options.title;
    this.#files = options.files;
    this.#total = options.total;
    this.#block = new LiveBlock(out.stderr);
    this.#timer = setInterval(() => this.#tick(), redrawMs);
    this.#timer.unref();
  }

  /** A file has come so far, in bytes. */
  moved(key: string, received: number): void {
    this.#received.set(key, received);
  }

  /** From now on something else is being done with what has come. */
  stage(title: string): void {
    this.#stage = title;
  }

  finished(): void {
    this.#done += 1;
  }

  get moving(): number {
    return [...this.#received.values()].reduce((sum, one) => sum + one, 0);
  }

  /** Says something that stays. */
  note(text: string): void {
    this.#block.clear();
    this.#out.note(text);
  }

  end(): void {
    clearInterval(this.#timer);
    if (this.#out.lively) {
      this.#block.draw([this.#line()]);
      this.#block.end();
    }
  }

  get seconds(): number {
    return (Date.now() - this.#began) / 1000;
  }

  #tick(): void {
    this.#sample();
    if (this.#out.lively) {
      this.#block.draw([this.#line()]);
    } else if (Date.now() - this.#told >= tellMs) {
      this.#told = Date.now();
      this.#out.note(this.#line());
    }
  }

  #sample(): void {
    const at = Date.now();
    this.#samples.push({ at, bytes: this.moving });
    while (this.#samples.length > 2 && at - this.#samples[0]!.at > windowMs) this.#samples.shift();
  }

  #line(): string {
    if (this.#stage !== undefined)
      return `${this.#stage} ${plural(this.#files, 'file')}, ${bytes(this.#total)} …  ${duration(Math.floor(this.seconds))}`;
    const moved = this.moving;
    const first = this.#samples[0];
    const seconds = first ? (Date.now() - first.at) / 1000 : 0;
    const rate =
      first && seconds > 0.5 ? (moved - first.bytes) / seconds : moved / Math.max(0.001, this.seconds);
    const share = this.#total === 0 ? 1 : Math.min(1, moved / this.#total);
    const left = rate > 0 && share < 1 ? `, ${duration((this.#total - moved) / rate)} left` : '';
    const { colours } = this.#out.stderr;
    const bar = this.#out.lively ? `${progressBar(share, barWidth, colours.cyan)} ` : '';
    const files = this.#files === 1 ? '' : `${this.#done} of ${plural(this.#files, 'file')}, `;
    return `${this.#title} ${bar}${Math.floor(share * 100)} %  ${files}${bytes(moved)} of ${bytes(this.#total)}, ${bytes(Math.max(0, rate))}/s${left}`;
  }
}

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar of so many columns, in steps of an eighth of a column. */
export function progressBar(share: number, width: number, paint: (text: string) => string): string {
  const units = Math.round(Math.max(0, Math.min(1, share)) * width * 8);
  const full = Math.floor(units / 8);
  const part = eighths[units % 8]!;
  const rest = width - full - (part ? 1 : 0);
  return `${paint('█'.repeat(full) + part)}${'░'.repeat(rest)}`;
}
