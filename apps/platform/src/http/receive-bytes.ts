import type { Readable } from 'node:stream';

import type { FastifyInstance } from 'fastify';

import { keepPace } from './patience.ts';
import { readToTheEnd } from './read-to-the-end.ts';

/** The bytes that are sent to a signed address. */
export interface SentBytes {
  readonly source: Readable;
  readonly length: number | undefined;
  readonly signal: AbortSignal;
}

/** Takes what is PUT to `path`, which ends with `:token`, as a stream: whoever holds the address may use it. */
export function receiveBytes(
  app: FastifyInstance,
  path: string,
  receive: (token: string, bytes: SentBytes) => Promise<{ readonly sha256: string }>,
): void {
  app.put<{ Params: { token: string } }>(
    path,
    { bodyLimit: Number.MAX_SAFE_INTEGER, config: { takesFiles: true } },
    async (request, reply) => {
      keepPace(request, reply);
      const gone = new AbortController();
      request.raw.once('close', () => {
        if (!request.raw.complete) gone.abort(new Error('the upload was cut off'));
      });
      const length = request.headers['content-length'];
      try {
        const { sha256 } = await receive(request.params.token, {
          source: request.raw,
          length: length === undefined ? undefined : Number(length),
          signal: gone.signal,
        });
        // The sender can see that what is kept is what it sent.
        reply.header('x-fusion-platform-sha256', Buffer.from(sha256, 'hex').toString('base64'));
        return {};
      } catch (error) {
        readToTheEnd(request);
        throw error;
      }
    },
  );
}
