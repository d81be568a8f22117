/** Told of each request that failed and is made once more, in words for the log and the user. */
export type OnRetry = (notice: string) => void;

interface Failed {
  readonly url: string;
  readonly error: unknown;
  /** What the server did, where it was reached: `answers 503`. */
  readonly did: string;
  /** Which further try comes now, of how many. */
  readonly retry: number;
  readonly most: number;
}

/** `Cannot reach files.example: trying again, 1 of 4` */
export function retryNotice({ url, error, did, retry, most }: Failed): string {
  const { host } = new URL(url);
  const what = isUnreached(error) ? `Cannot reach ${host}` : `${host} ${did}`;
  return `${what}: trying again, ${retry} of ${most}`;
}

/** Whether no connection to a server was made: its name is not known here, nothing listens there, or there is no way to it. */
export function isUnreached(error: unknown): boolean {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 8; depth += 1) {
    if (unreached.has(String((at as NodeJS.ErrnoException).code))) return true;
    at = at.cause ?? (at instanceof AggregateError ? at.errors[0] : undefined);
  }
  return false;
}

const unreached: ReadonlySet<string> = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
