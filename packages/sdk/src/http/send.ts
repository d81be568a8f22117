import { AuthenticationError, RequestError } from '../errors/index.ts';
import type { Connection } from './connection.ts';
import { answeredError, unansweredError } from './failures.ts';
import { startDeadline } from './signals.ts';

export interface Request {
  readonly where: string;
  readonly method: string;
  readonly address: string;
  readonly authenticated: boolean;
  readonly body: unknown;
  readonly idempotencyKey: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** One try of a request. Gives the decoded JSON of a 2xx answer. */
export async function sendOnce(connection: Connection, request: Request): Promise<unknown> {
  const { where, signal } = request;
  signal?.throwIfAborted();
  const deadline = startDeadline(connection.timeout, signal);
  let answer: {
    readonly ok: boolean;
    readonly status: number;
    readonly headers: Headers;
    readonly text: string;
  };
  try {
    const response = await connection.fetch(request.address, {
      method: request.method,
      headers: headersOf(connection, request),
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      signal: deadline.signal,
    });
    const { ok, status, headers } = response;
    answer = { ok, status, headers, text: await response.text() };
  } catch (error) {
    signal?.throwIfAborted();
    throw unansweredError(where, error, deadline.passed);
  } finally {
    deadline.clear();
  }
  learn(connection, answer.headers);
  connection.log.debug(`${where}: ${answer.status}`);
  if (!answer.ok) throw answeredError(where, answer);
  return decode(where, answer);
}

export function headersOf(
  connection: Connection,
  request: Pick<Request, 'where' | 'authenticated' | 'body' | 'idempotencyKey'>,
): Record<string, string> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (request.body !== undefined) headers['content-type'] = 'application/json';
  if (request.idempotencyKey !== undefined) headers['idempotency-key'] = request.idempotencyKey;
  if (request.authenticated && connection.byCookie) headers['x-fusion-platform-session'] = 'cookie';
  else if (request.authenticated) {
    if (connection.accessToken === undefined) {
      throw new AuthenticationError({
        message: `Nobody is logged in (${request.where})`,
        code: 'unauthorised',
        where: request.where,
      });
    }
    headers['authorization'] = `Bearer ${connection.accessToken}`;
  }
  return headers;
}

export function learn(connection: Connection, headers: Headers): void {
  connection.hasAnswered = true;
  if (headers.get('x-fusion-platform-idempotency') === '1') connection.idempotencyKeys = true;
}

function decode(
  where: string,
  { status, text }: { readonly status: number; readonly text: string },
): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new RequestError({
      message: `The answer is no JSON: is this the address of the API? (${where}: ${status})`,
      code: 'bad_answer',
      where,
      status,
      cause,
    });
  }
}
