import { setTimeout as delay } from 'node:timers/promises';

import { CallError } from '@fusion-platform/contract';

import { NoSuchObjectError, readableFault } from '../errors.ts';

interface S3Fault {
  readonly name?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const retries = 4;
const firstPauseMilliseconds = 200;

/** Whether the bucket says that there is no such object; a bucket that is missing is another matter. */
export function isMissing(error: unknown): boolean {
  const { name, $metadata } = error as S3Fault;
  return (
    name === 'NoSuchKey' ||
    name === 'NotFound' ||
    ($metadata?.httpStatusCode === 404 && name !== 'NoSuchBucket' && name !== 'NoSuchUpload')
  );
}

/** What connections fail with. Faults of this machine's files have codes, too. */
const ofConnections = new Set([
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ETIMEDOUT',
]);

/** Whether it may pass: no answer at all, "slow down", or a fault of the server. */
function mayPass(error: unknown): boolean {
  if (error instanceof CallError || !(error instanceof Error) || error.name === 'AbortError') return false;
  const status = (error as S3Fault).$metadata?.httpStatusCode;
  // An error may come in an answer that began well.
  if (status !== undefined)
    return status === 200 || (status >= 500 && status !== 501) || status === 408 || status === 429;
  return error.name === 'TimeoutError' || ofConnections.has((error as NodeJS.ErrnoException).code ?? '');
}

/** Does again what may succeed the next time. `attempt` must give its body afresh each time. */
export async function withRetries<T>(attempt: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (let retry = 0; ; retry += 1) {
    try {
      return await attempt();
    } catch (error) {
      signal?.throwIfAborted();
      if (retry >= retries || !mayPass(error)) throw error;
      await delay(firstPauseMilliseconds * 2 ** retry * (0.5 + Math.random() / 2), undefined, { signal });
    }
  }
}

/** What a caller can be told: what is missing, no room left, a store that does not answer. */
export function told(error: unknown, key: string): unknown {
  if (isMissing(error)) return new NoSuchObjectError(key, error);
  const { name, $metadata } = error as S3Fault;
  if (name === 'QuotaExceeded' || $metadata?.httpStatusCode === 507)
    return new CallError(
      'storage_full',
      'The object store of the platform is full: nothing was kept; free space and send it again',
      { cause: error },
    );
  if (mayPass(error))
    return new CallError('unavailable', 'The object store of the platform does not answer: try again later', {
      cause: error,
      retryAfterSeconds: 10,
    });
  // Its keys were changed, say: for the operator to mend, whose log has the cause.
  if ($metadata !== undefined)
    return new CallError('unavailable', 'The object store of the platform refuses what it is asked', {
      cause: error,
    });
  return readableFault(error);
}

/** What the server said, or why it said nothing. */
export function reasonOf(error: unknown): string {
  const { cause } = error as Error;
  const { name = 'Error', message = '', $metadata } = (error instanceof CallError ? cause : error) as S3Fault;
  const status = $metadata?.httpStatusCode;
  // The answer to HEAD has no text.
  if (status === 403 && message === 'UnknownError') return 'its keys are wrong or may not do this (403)';
  if (status === 404) return 'there is no such bucket (404)';
  return `${name}: ${message}${status === undefined ? '' : ` (${status})`}`;
}
