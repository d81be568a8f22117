import type { FastifyReply, FastifyRequest } from 'fastify';

import { keepPace } from './patience.ts';

/**
 * Sends bytes with the status and the headers of the reply, which tell their length, no faster than the caller takes them. The
 * next piece is asked for once a piece has left this process. When they cannot be finished the connection breaks.
 */
export async function sendPieces(
  request: FastifyRequest,
  reply: FastifyReply,
  pieces: AsyncIterable<Uint8Array>,
): Promise<void> {
  const { raw } = reply;
  const own = Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)] as const);
  reply.hijack();
  let gone = (): void => undefined;
  raw.once('close', () => gone());
  try {
    raw.writeHead(reply.statusCode, Object.fromEntries(own));
    keepPace(request, reply);
    for await (const piece of pieces) {
      await new Promise<void>((resolve, reject) => {
        gone = () => reject(new Error('the caller went away'));
        if (raw.destroyed) gone();
        else raw.write(piece, (error) => (error ? reject(error) : resolve()));
      });
    }
    raw.end();
  } catch (error) {
    const left = raw.destroyed;
    raw.destroy();
    // Whoever went away is no fault of the platform.
    if (!left) request.log.error({ err: error }, 'cannot finish a file');
  }
}
