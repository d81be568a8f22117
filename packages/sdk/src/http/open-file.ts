import type { Call, FileAnswer } from '@fusion-platform/contract';
import type { z } from 'zod';

import { RequestError } from '../errors/index.ts';
import type { Connection } from './connection.ts';
import { answeredError, unansweredError } from './failures.ts';
import { addressOf, pathOf } from './perform.ts';
import { headersOf, learn } from './send.ts';
import { anySignal, startDeadline } from './signals.ts';

type FileCall<Q extends z.ZodObject> = Call<string, { readonly kind: 'none' }, FileAnswer, Q>;

export interface OpenedFile {
  readonly contentType: string;
  readonly headers: Headers;
  /** Throws a retryable error when the connection breaks or nothing comes for too long. */
  readonly chunks: AsyncGenerator<Uint8Array, void, undefined>;
}

/**
 * Makes a call that answers with a file, once.
 * @throws RequestError, or the reason of an aborted signal
 */
export async function openFile<Q extends z.ZodObject>(
  connection: Connection,
  call: FileCall<Q>,
  params: Readonly<Record<string, string | undefined>>,
  options: {
    readonly query: Partial<z.input<Q>>;
    readonly accept: string;
    readonly signal: AbortSignal | undefined;
  },
): Promise<OpenedFile> {
  const where = `${call.method} ${pathOf(call, params)}`;
  const signal = anySignal(connection.signal, options.signal);
  signal?.throwIfAborted();
  const deadline = startDeadline(connection.timeout, signal);
  const failed = (error: unknown): unknown => {
    deadline.clear();
    signal?.throwIfAborted();
    return error instanceof RequestError ? error : unansweredError(where, error, deadline.passed);
  };
  try {
    const response = await connection.fetch(addressOf(connection, call, { params, query: options.query }), {
      headers: {
        ...headersOf(connection, {
          where,
          authenticated: true,
          body: undefined,
          idempotencyKey: undefined,
        }),
        accept: options.accept,
      },
      signal: deadline.signal,
    });
    const { status, headers, ok } = response;
    learn(connection, headers);
    if (!ok) throw answeredError(where, { status, headers, text: await response.text() });
    connection.log.debug(`${where}: ${status}`);
    return {
      contentType: headers.get('content-type') ?? '',
      headers,
      chunks: (async function* () {
        const reader = response.body?.getReader();
        try {
          for (;;) {
            deadline.extend();
            const { done = true, value } = (await reader?.read()) ?? {};
            if (done || value === undefined) return;
            // Whoever takes the bytes may take their time.
            deadline.pause();
            yield value;
          }
        } catch (error) {
          throw failed(error);
        } finally {
          deadline.clear();
          reader?.cancel().catch(() => undefined);
        }
      })(),
    };
  } catch (error) {
    throw failed(error);
  }
}
