import { Readable } from 'node:stream';
import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';

import type { FastifyReply, FastifyRequest } from 'fastify';

import { keepPace } from './patience.ts';

/** A file that is made while it is sent. */
export interface StreamedFile {
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly chunks: AsyncIterable<string>;
}

/**
 * Sends a file of unknown length as fast as the caller takes it, compressed where the caller accepts gzip. When it cannot
 * be finished the connection breaks, so that nobody takes a part for the whole.
 */
export async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  { contentType, headers, chunks }: StreamedFile,
  signal: AbortSignal,
): Promise<void> {
  const compressed = acceptsGzip(request.headers['accept-encoding']);
  for (const [name, text] of Object.entries(headers)) reply.header(name, text);
  const own = Object.fromEntries(
    Object.entries(reply.getHeaders()).map(([name, text]) => [name, String(text)]),
  );
  const { raw } = reply;
  reply.hijack();
  raw.writeHead(200, {
    ...own,
    'content-type': contentType,
    'cache-control': 'no-store',
    // A proxy that buffers would take the whole file before the caller gets any of it.
    'x-accel-buffering': 'no',
    vary: 'accept-encoding',
    ...(compressed ? { 'content-encoding': 'gzip' } : {}),
  });
  if (request.method === 'HEAD') {
    raw.end();
    return;
  }
  keepPace(request, reply);
  // One chunk is made ahead, and no more.
  const source = Readable.from(chunks, { highWaterMark: 1 });
  // The lowest level: text of logs shrinks to a tenth with it, and the highest takes several times as long.
  const through: Transform[] = compressed ? [createGzip({ level: constants.Z_BEST_SPEED })] : [];
  try {
    await pipeline([source, ...through, raw], { signal });
  } catch (error) {
    raw.destroy();
    // Whoever went away, or may not go on, is no fault of the platform.
    if (!signal.aborted && !isHangUp(error)) request.log.error({ err: error }, 'cannot finish a file');
  }
}

const isHangUp = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';

/** Whether `Accept-Encoding` (RFC 9110, 12.5.3) takes gzip. */
export function acceptsGzip(header: string | string[] | undefined): boolean {
  const weights = new Map(
    String(header ?? '')
      .toLowerCase()
      .split(',')
      .map((part) => {
        const [coding = '', ...parameters] = part.split(';').map((text) => text.trim());
        const weight = parameters.find((text) => text.startsWith('q='))?.slice(2);
        return [coding, weight === undefined ? 1 : Number(weight)] as const;
      }),
  );
  return (weights.get('gzip') ?? weights.get('x-gzip') ?? weights.get('*') ?? 0) > 0;
}
