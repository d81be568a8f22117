import { exitCodes } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';

/** What went wrong in a line, what to do in another, and what to exit with. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;
  /** The next move, usually a command to type. */
  readonly next: string | undefined;

  constructor(
    message: string,
    {
      exitCode = exitCodes.usage,
      next,
    }: { readonly exitCode?: ExitCode; readonly next?: string | undefined } = {},
  ) {
    super(message);
    this.exitCode = exitCode;
    this.next = next;
  }
}

export const usageError = (message: string, next?: string): CliError => new CliError(message, { next });

export const notFound = (message: string, next?: string): CliError =>
  new CliError(message, { exitCode: exitCodes.notFound, next });
