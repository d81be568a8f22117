import { ErrorBody, statusOf } from '../errors.ts';
import type { ErrorCode } from '../calls/index.ts';
import type { JsonSchema, Schemas } from './json-schema.ts';

const told: Readonly<Record<ErrorCode, string>> = {
  bad_request: 'the request cannot be understood',
  invalid_model: 'a field of the body has a wrong type, or a needed one is missing: all are named',
  unauthorised: 'there is no valid access token, or the password is wrong',
  session_expired: 'the session has ended: log in again',
  insufficient_credits: 'the organisation has too few credits',
  forbidden: 'the user’s roles do not allow it',
  not_found: 'there is no such thing, or the user may not know of it',
  conflict: 'it cannot be done as things stand',
  too_large: 'the body is too large',
  too_many_requests: 'too many requests: `Retry-After` says when to try again',
  storage_full: 'the platform has no room left',
  internal: 'the platform failed: its log has the reason under the request id',
  unavailable: 'the platform cannot answer now: try again later',
};

const names: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorised',
  402: 'InsufficientCredits',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  413: 'TooLarge',
  429: 'TooManyRequests',
  500: 'Internal',
  503: 'Unavailable',
  507: 'StorageFull',
};

/** References to the error responses of a call, by status. */
export function errorResponses(codes: readonly ErrorCode[]): Record<string, JsonSchema> {
  const statuses = [...new Set(codes.map((code) => statusOf[code]))];
  return Object.fromEntries(
    statuses.map((status) => [String(status), { $ref: `#/components/responses/${names[status]}` }]),
  );
}

/** The error responses that a reference can name: those of the given codes. */
export function errorComponents(schemas: Schemas, used: ReadonlySet<ErrorCode>): Record<string, JsonSchema> {
  const error = schemas.of(ErrorBody);
  const byStatus = Map.groupBy(used, (code) => statusOf[code]);
  return Object.fromEntries(
    [...byStatus]
      .sort(([a], [b]) => a - b)
      .map(([status, codes]) => [
        names[status]!,
        {
          description: codes.map((code) => `\`${code}\`: ${told[code]}`).join('. ') + '.',
          ...(status === 429 || status === 503 ? { headers: retryAfter } : {}),
          content: {
            'application/json': {
              schema: error,
              example: { error_message: sentence(told[codes[0]!]), code: codes[0], request_id: 'req-1' },
            },
          },
        },
      ]),
  );
}

const retryAfter: JsonSchema = {
  'Retry-After': {
    description: 'After how many seconds another try makes sense.',
    schema: { type: 'integer', minimum: 0 },
  },
};

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
