import type { Explained } from './explain.ts';

/** A failure as `--json` prints it on standard error. */
export const errorJson = ({ code, message, next, exitCode }: Explained): string =>
  `${JSON.stringify({ error: { code, message, next: next ?? null, exit_code: exitCode } })}\n`;
