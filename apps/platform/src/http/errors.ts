import { CallError, ModelError, QueryError, statusOf } from '@fusion-platform/contract';
import type { ErrorBody } from '@fusion-platform/contract';

export interface ErrorAnswer {
  readonly status: number;
  readonly body: ErrorBody;
  readonly retryAfterSeconds: number | undefined;
}

/** What the caller is told of an error. What is not meant for callers stays in the log. */
export function errorAnswer(error: unknown, requestId: string): ErrorAnswer {
  const known = asCallError(error);
  return {
    status: statusOf[known.code],
    body: {
      error_message: short(known.message, 4000),
      code: known.code,
      request_id: requestId,
      ...(known.fields.length > 0
        ? {
            fields: known.fields
              .slice(0, mostFields)
              .map(({ path, message }) => ({ path: short(path, 200), message: short(message, 500) })),
          }
        : {}),
    },
    retryAfterSeconds: known.retryAfterSeconds,
  };
}

const mostFields = 100;

/** Messages quote what came: of a long text the beginning tells which one it was. */
function short(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most).toWellFormed()}…` : text.toWellFormed();
}

export function asCallError(error: unknown): CallError {
  if (error instanceof CallError) return error;
  if (error instanceof ModelError) {
    return new CallError('invalid_model', error.message, { cause: error, fields: error.issues });
  }
  if (error instanceof QueryError) return new CallError('bad_request', error.message, { cause: error });
  const { statusCode, code, message } = error as { statusCode?: number; code?: string; message?: string };
  if (statusCode === 413)
    return new CallError('too_large', 'The body of the request is too large', { cause: error });
  if (statusCode === 429)
    return new CallError('too_many_requests', message ?? 'Too many requests', { cause: error });
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new CallError('bad_request', message ?? 'The request cannot be understood', { cause: error });
  }
  if (code === 'ENOSPC') {
    return new CallError('storage_full', 'The disk of the platform is full: nothing was kept', {
      cause: error,
    });
  }
  return new CallError(
    'internal',
    'The platform failed to answer: its log has the reason under this request id',
    {
      cause: error,
    },
  );
}
