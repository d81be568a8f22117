import type { Call, StreamAnswer } from '@fusion-platform/contract';
import { createParser } from 'eventsource-parser';
import type { z } from 'zod';

import { RequestError } from '../errors/index.ts';
import type { Connection } from './connection.ts';
import { answeredError, unansweredError } from './failures.ts';
import { addressOf, asModelErrors, pathOf } from './perform.ts';
import { headersOf } from './send.ts';
import { anySignal, startDeadline } from './signals.ts';

type StreamCall<S extends z.ZodType> = Call<string, { readonly kind: 'none' }, StreamAnswer<S>>;

export interface Followed<V> {
  readonly id: string | undefined;
  readonly value: V;
}

/** Statuses with which a platform says that it has no such stream. */
const lacking = new Set([404, 405, 406, 501]);

/** A platform says at least every quarter of a minute that it is still there. */
const quietestMs = 45_000;

/** Thrown when the platform offers no live stream: then one polls. */
export class NoLiveStream extends Error {}

/**
 * Follows a live stream of the platform until it ends.
 * @throws NoLiveStream when the platform has none; RequestError when it breaks off, which is worth another try
 */
export async function* follow<S extends z.ZodType>(
  connection: Connection,
  call: StreamCall<S>,
  params: Readonly<Record<string, string | undefined>>,
  options: { readonly signal?: AbortSignal | undefined; readonly lastEventId?: string | undefined },
): AsyncGenerator<Followed<z.output<S>>, void, undefined> {
  if (connection.liveStreams === false) throw new NoLiveStream();
  const where = `${call.method} ${pathOf(call, params)}`;
  const signal = anySignal(connection.signal, options.signal);
  const deadline = startDeadline(Math.max(connection.timeout, quietestMs), signal);
  try {
    const response = await connection.fetch(addressOf(connection, call, { params }), {
      headers: {
        ...headersOf(connection, { where, authenticated: true, body: undefined, idempotencyKey: undefined }),
        accept: 'text/event-stream',
        ...(options.lastEventId === undefined ? {} : { 'last-event-id': options.lastEventId }),
      },
      signal: deadline.signal,
    });
    await refuse(connection, where, response);
    connection.liveStreams = true;
    for await (const { event, data, id } of eventsOf(response, () => deadline.extend())) {
      const value = readEvent(call.answer.event, event, data);
      if (value !== undefined) yield { id, value };
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof RequestError || error instanceof NoLiveStream) throw error;
    throw unansweredError(where, error, deadline.passed);
  } finally {
    deadline.clear();
  }
}

async function refuse(connection: Connection, where: string, response: Response): Promise<void> {
  const streams = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
  if (response.ok && streams && response.body) return;
  const text = await response.text();
  if (connection.liveStreams !== true && (response.ok || lacking.has(response.status))) {
    connection.liveStreams = false;
    throw new NoLiveStream();
  }
  throw answeredError(where, { status: response.status, headers: response.headers, text });
}

interface StreamEvent {
  readonly event: string;
  readonly data: string;
  readonly id: string | undefined;
}

async function* eventsOf(
  response: Response,
  alive: () => void,
): AsyncGenerator<StreamEvent, void, undefined> {
  const reader = response.body!.getReader();
  const decoder = new TextDecoder();
  const waiting: StreamEvent[] = [];
  const parser = createParser({
    onEvent: ({ event, data, id }) => waiting.push({ event: event ?? 'message', data, id }),
  });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      alive();
      parser.feed(decoder.decode(value, { stream: true }));
      yield* waiting.splice(0);
    }
  } finally {
    // Not awaited: a connection that hangs would hold up whoever stops listening.
    reader.cancel().catch(() => undefined);
  }
}

/** Events that this version of the SDK does not know are passed over. */
function readEvent<S extends z.ZodType>(schema: S, event: string, data: string): z.output<S> | undefined {
  const known = (schema as unknown as z.ZodDiscriminatedUnion).options.some(
    (option) => (option as z.ZodObject).shape['event']?.safeParse(event).success,
  );
  if (!known) return undefined;
  const body = JSON.parse(data || '{}') as object;
  return asModelErrors(() => schema.parse({ ...body, event }));
}
