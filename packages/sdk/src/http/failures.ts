import { ErrorBody } from '@fusion-platform/contract';

import {
  AuthenticationError,
  ConflictError,
  ConnectionError,
  InsufficientCreditsError,
  NotFoundError,
  PermissionError,
  RequestError,
  SessionExpiredError,
} from '../errors/index.ts';
import type { RequestFailure } from '../errors/index.ts';
import { maskText } from './mask.ts';

const names: Readonly<Record<number, string>> = {
  400: 'bad_request',
  401: 'unauthorised',
  402: 'insufficient_credits',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  413: 'too_large',
  429: 'too_many_requests',
  503: 'unavailable',
  507: 'storage_full',
};

const worthAnotherTry = new Set([408, 425, 429, 500, 502, 503, 504]);

/** The error that an answer outside 2xx stands for. */
export function answeredError(
  where: string,
  answer: { readonly status: number; readonly headers: Headers; readonly text: string },
): RequestError {
  const { status, headers, text } = answer;
  const body = readBody(text);
  const platformMessage = body?.error_message ?? (text.trim().slice(0, 200) || `status ${status}`);
  const code = body?.code ?? names[status] ?? (status >= 500 ? 'internal' : 'bad_request');
  const requestId = body?.request_id ?? headers.get('x-request-id') ?? undefined;
  const retryAfterMs = readRetryAfter(headers.get('retry-after'));
  const expired = status === 401 && (code === 'session_expired' || /expired/i.test(platformMessage));
  const told = expired
    ? 'The session has expired (one lasts at most a day): log in again'
    : maskText(platformMessage);
  const failure: RequestFailure = {
    message: `${told} (${where}: ${status}${requestId ? `, request ${requestId}` : ''})`,
    code: expired ? 'session_expired' : code,
    where,
    status,
    platformMessage: maskText(platformMessage),
    requestId,
    fields: body?.fields,
    // A conflict with a time to wait is another try of the same call that still runs.
    retryable: worthAnotherTry.has(status) || (status === 409 && retryAfterMs !== undefined),
    retryAfterMs,
  };
  if (expired) return new SessionExpiredError(failure);
  switch (status) {
    case 401:
      return new AuthenticationError(failure);
    case 402:
      return new InsufficientCreditsError(failure);
    case 403:
      return new PermissionError(failure);
    case 404:
      return new NotFoundError(failure);
    case 409:
      return new ConflictError(failure);
    default:
      return /incorrect username or password/i.test(platformMessage)
        ? new AuthenticationError({ ...failure, code: 'unauthorised' })
        : new RequestError(failure);
  }
}

/** Causes with which the request surely never reached the platform. */
const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** The error when no answer came. */
export function unansweredError(where: string, cause: unknown, timedOut: boolean): ConnectionError {
  const reason = deepestCause(cause);
  const told = timedOut ? 'no answer came in time' : maskText(reason.message || 'the connection failed');
  return new ConnectionError({
    message: `The platform cannot be reached: ${told} (${where})`,
    code: timedOut ? 'timeout' : 'connection_failed',
    where,
    reached: timedOut || !neverSent.has(reason.code),
    cause,
  });
}

function deepestCause(error: unknown): { readonly message: string; readonly code: string } {
  let found = { message: '', code: '' };
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    const inner: unknown = at instanceof AggregateError ? at.errors[0] : undefined;
    const { message, code } = (at.message ? at : (inner ?? at)) as { message: string; code?: unknown };
    const ownCode: unknown = code ?? (at as { code?: unknown }).code;
    found = { message, code: typeof ownCode === 'string' ? ownCode : found.code };
  }
  return found;
}

function readBody(text: string): ErrorBody | undefined {
  try {
    const result = ErrorBody.safeParse(JSON.parse(text));
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
}

function readRetryAfter(header: string | null): number | undefined {
  if (!header) return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
