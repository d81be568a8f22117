import { exitCodes } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';

/** What went wrong in a line, what to do in another, and what to exit with. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;
  /** The next move, usually a command to type. */
  readonly next: string | undefined;
  /** What `--json` says it is, where that is more than its exit code says. */
  readonly code: string | undefined;
  /** Where a name means several: the id of the newest, to be typed instead of it. */
  readonly instead: { readonly typed: string; readonly id: string } | undefined;

  constructor(
    message: string,
    {
      exitCode = exitCodes.usage,
      next,
      code,
      instead,
    }: {
      readonly exitCode?: ExitCode;
      readonly next?: string | undefined;
      readonly code?: string | undefined;
      readonly instead?: CliError['instead'];
    } = {},
  ) {
    super(message);
    this.exitCode = exitCode;
    this.next = next;
    this.code = code;
    this.instead = instead;
  }
}

export const usageError = (message: string, next?: string): CliError => new CliError(message, { next });

export const notFound = (message: string, next?: string): CliError =>
  new CliError(message, { exitCode: exitCodes.notFound, next });
