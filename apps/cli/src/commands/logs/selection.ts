import { usageError } from '../../errors/index.ts';

/** Which records are wanted. */
export interface Selection {
  /** In milliseconds since 1970. */
  readonly since: number | undefined;
  readonly matches: (message: string) => boolean;
  /** A text, in any case, that every record that matches has; undefined where an expression says more than a text. */
  readonly text: string | undefined;
}

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** No sign of an expression, and no letter whose other case a database may not know. As long as a platform takes. */
const plainText = /^[\w !"#%&',\-/:;<=>@`~]{1,500}$/;

/** @throws CliError for what is no moment, no length of time, no regular expression */
export function readSelection(
  { since, grep }: { readonly since?: string; readonly grep?: string },
  now: number,
): Selection {
  const expression = grep === undefined ? undefined : readExpression(grep);
  return {
    since: since === undefined ? undefined : readMoment(since, now),
    text: grep !== undefined && plainText.test(grep) ? grep : undefined,
    matches: (message) => expression === undefined || expression.test(message),
  };
}

function readMoment(text: string, now: number): number {
  const match = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text);
  if (match) return now - Number(match[1]) * units[match[2]!]!;
  const moment = Date.parse(text);
  if (Number.isNaN(moment))
    throw usageError(
      `--since takes a length of time (90s, 10m, 2h, 1d) or a moment as ISO 8601, not "${text}"`,
    );
  return moment;
}

function readExpression(text: string): RegExp {
  try {
    return new RegExp(text, 'iu');
  } catch (error) {
    throw usageError(`--grep: ${(error as Error).message}`);
  }
}
