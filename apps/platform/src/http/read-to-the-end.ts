import type { FastifyRequest } from 'fastify';

const patienceMilliseconds = 10_000;

/**
 * A refusal goes out while the bytes still come. Unread, they would stand before the next request of the connection;
 * cut off, the caller would not get to read the refusal.
 */
export function readToTheEnd({ raw }: FastifyRequest): void {
  raw.resume();
  const timer = setTimeout(() => raw.socket.destroy(), patienceMilliseconds).unref();
  raw.once('close', () => clearTimeout(timer));
}
