import type { FastifyReply } from 'fastify';
import {
  presentModel,
  ProcessExecution,
  ProcessServiceExecution,
  ProcessServiceExecutionLog,
} from '@fusion-platform/contract';
import type { AnyModel } from '@fusion-platform/contract';

const models: Readonly<Record<string, AnyModel>> = {
  execution: ProcessExecution,
  component: ProcessServiceExecution,
  log: ProcessServiceExecutionLog,
};

/** Proxies drop a connection on which nothing comes for a minute or less. */
const heartbeatMilliseconds = 15_000;

interface StreamItem {
  readonly id?: string;
  readonly value: { readonly event: string; readonly model?: Record<string, unknown> };
}

/** Sends server-sent events until there are no more or the listener goes away; waits for a slow listener. */
export async function sendStream(
  reply: FastifyReply,
  items: AsyncIterable<StreamItem>,
  headers: Readonly<Record<string, string>>,
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
      if (raw.destroyed) break;
      if (!raw.write(eventText(item))) await drained(raw);
    }
  } finally {
    clearInterval(heartbeat);
    raw.end();
  }
}

function eventText({ id, value: { event, model } }: StreamItem): string {
  const of = models[event];
  const data = of && model ? { model: presentModel(of, model) } : {};
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

async function drained(raw: FastifyReply['raw']): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      raw.off('drain', done);
      raw.off('close', done);
      resolve();
    };
    raw.once('drain', done);
    raw.once('close', done);
  });
}
