import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** The body of a call is eight megabytes at most. */
const bodyMilliseconds = 60_000;
/** Files take as long as they take, as long as they go on: this much in each round, in either direction. */
const roundMilliseconds = 60_000;
const leastBytes = 16 * 1024;

/** Ends connections whose request does not come whole in time; files have a pace instead. */
export function limitBodies(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ raw, routeOptions }, reply) => {
    if (routeOptions.config?.takesFiles) return;
    const timer = setTimeout(() => {
      if (!raw.complete) raw.socket.destroy();
    }, bodyMilliseconds).unref();
    reply.raw.once('close', () => clearTimeout(timer));
  });
}

/** Ends a connection over which a file has stopped to come or go; what we ourselves are slow to take does not count. */
export function keepPace(
  { raw }: FastifyRequest,
  reply: FastifyReply,
  milliseconds = roundMilliseconds,
): void {
  const { socket } = raw;
  const moved = (): number => socket.bytesRead + socket.bytesWritten - socket.writableLength;
  let before = moved();
  const timer = setInterval(() => {
    const now = moved();
    const waitsForUs = raw.readableLength > 0 || (raw.complete && socket.writableLength === 0);
    if (now - before < leastBytes && !waitsForUs) socket.destroy();
    before = now;
  }, milliseconds).unref();
  reply.raw.once('close', () => clearInterval(timer));
}
