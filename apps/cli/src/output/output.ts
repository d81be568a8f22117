import { createSink, wantsColour } from './sink.ts';
import type { Sink } from './sink.ts';
import { table } from './table.ts';
import type { Column } from './table.ts';

export interface OutputOptions {
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  readonly color?: boolean | undefined;
}

/** One result in its three forms. */
export interface Result {
  /** What `--json` prints. Its keys are documented in docs/command-line.md, and stay. */
  readonly json: unknown;
  /** What `--quiet` prints, a line each. */
  readonly ids: readonly string[];
  /** What people read. */
  readonly text: (sink: Sink) => string;
}

/** Where a command prints: data on standard output, all else on standard error. */
export class Output {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly stdout: Sink;
  readonly stderr: Sink;

  constructor({ json = false, quiet = false, color = true }: OutputOptions, env: NodeJS.ProcessEnv) {
    this.json = json;
    this.quiet = quiet;
    const off = !color;
    this.stdout = createSink(process.stdout, !json && wantsColour(process.stdout, { env, off }));
    this.stderr = createSink(process.stderr, wantsColour(process.stderr, { env, off }));
  }

  /** Whether live views and bars are drawn. */
  get lively(): boolean {
    return this.stderr.terminal && !this.quiet && !this.json;
  }

  /** The result of a command, as JSON, as ids or for people. */
  result({ json, ids, text }: Result): void {
    if (this.json) this.stdout.write(`${JSON.stringify(json, null, 2)}\n`);
    else if (this.quiet) this.lines(ids);
    else {
      const told = text(this.stdout);
      if (told) this.stdout.write(told.endsWith('\n') ? told : `${told}\n`);
    }
  }

  /** Models as a table for people. @param none what is said where there are none */
  list<T extends { readonly id: string }>(
    rows: readonly T[],
    {
      columns,
      none,
      json = rows,
    }: {
      readonly columns: (sink: Sink) => readonly Column<T>[];
      readonly none: string;
      readonly json?: unknown;
    },
  ): void {
    this.result({ json, ids: rows.map(({ id }) => id), text: (sink) => table(sink, rows, columns(sink)) });
    if (rows.length === 0) this.note(none);
  }

  /** One record of a stream as a line of JSON. */
  record(json: unknown): void {
    this.stdout.write(`${JSON.stringify(json)}\n`);
  }

  lines(lines: readonly string[]): void {
    if (lines.length > 0) this.stdout.write(`${lines.join('\n')}\n`);
  }

  /** For whoever looks on: what is being done. */
  note(text: string): void {
    if (!this.quiet) this.stderr.write(`${text}\n`);
  }

  /** What went wrong in the end, with the next command. */
  failure(text: string, next: string): void {
    const { colours } = this.stderr;
    this.stderr.write(`${colours.red('error:')} ${text}\n  → ${next}\n`);
  }

  /** What should not be missed. */
  warn(text: string): void {
    const { colours } = this.stderr;
    this.stderr.write(`${colours.yellow('warning:')} ${text}\n`);
  }
}
