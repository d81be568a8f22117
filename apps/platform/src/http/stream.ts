import { once } from 'node:events';

import type { FastifyReply } from 'fastify';

import {
  ProcessExecution,
  ProcessServiceExecution,
  ProcessServiceExecutionLog,
} from '@fusion-platform/contract';
import type { AnyModel } from '@fusion-platform/contract';

import { modelText } from './write-answer.ts';

const models: Readonly<Record<string, AnyModel>> = {
  execution: ProcessExecution,
  component: ProcessServiceExecution,
  log: ProcessServiceExecutionLog,
};

/** Proxies drop a connection on which nothing comes for a minute or less. */
const heartbeatMilliseconds = 15_000;
/** So long a listener may leave unread what was sent. */
const patienceMilliseconds = 60_000;

interface StreamItem {
  readonly id?: string;
  readonly value: { readonly event: string; readonly model?: Record<string, unknown> };
}

/** Sends server-sent events until there are no more or the listener goes away; waits for a slow listener. */
export async function sendStream(
  reply: FastifyReply,
  items: AsyncIterable<StreamItem>,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> {
  const { raw } = reply;
  reply.hijack();
  raw.writeHead(200, {
    ...headers,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
  });
  raw.flushHeaders();
  const heartbeat = setInterval(() => raw.write(':\n\n'), heartbeatMilliseconds);
  try {
    for await (const item of items) {
      if (raw.destroyed || signal.aborted) break;
      if (!raw.write(eventText(item)) && !(await drained(raw, signal))) break;
    }
  } finally {
    clearInterval(heartbeat);
    raw.end();
    // What a slow listener has not taken is not kept for long.
    setTimeout(() => raw.destroy(), patienceMilliseconds).unref();
  }
}

function eventText({ id, value: { event, model } }: StreamItem): string {
  const of = models[event];
  const data = of && model ? `{"model":${modelText(of, model)}}` : '{}';
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${data}\n\n`;
}

/** @returns whether the listener has taken what was sent */
async function drained(raw: FastifyReply['raw'], signal: AbortSignal): Promise<boolean> {
  try {
    await once(raw, 'drain', {
      signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMilliseconds)]),
    });
    return true;
  } catch {
    return false;
  }
}
