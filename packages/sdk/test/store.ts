import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** What a store was sent in one PUT. */
export interface Put {
  readonly headers: IncomingMessage['headers'];
  readonly bytes: Buffer;
}

/** Takes PUTs; `refuse` says what to do with the nth one instead. */
export function takeUploads(refuse: (n: number, response: ServerResponse) => boolean = () => false) {
  const puts: Put[] = [];
  let tries = 0;
  let now = 0;
  const seen = { most: 0 };
  const handler = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    tries += 1;
    now += 1;
    seen.most = Math.max(seen.most, now);
    const n = tries;
    const parts: Buffer[] = [];
    try {
      if (refuse(n, response)) return;
      for await (const part of request) parts.push(part as Buffer);
      puts.push({ headers: request.headers, bytes: Buffer.concat(parts) });
      // Answered in a later turn, so that uploads at the same time can be seen as such.
      setImmediate(() => response.end('{}'));
    } catch {
      // Cut off by the client.
    } finally {
      now -= 1;
    }
  };
  return {
    puts,
    seen,
    tries: () => tries,
    handler: (q: IncomingMessage, r: ServerResponse) => void handler(q, r),
  };
}

export interface ServeOptions {
  /** After how many bytes of each answer the connection breaks. */
  readonly breakAfter?: number;
  readonly ranges?: boolean;
  readonly digest?: string;
  /** The length it claims instead of the true one. */
  readonly length?: number;
  readonly etags?: readonly string[];
}

/** Serves bytes as a store of files does. */
export function serveBytes(bytes: Buffer, options: ServeOptions = {}) {
  const ranges: (string | undefined)[] = [];
  const digest = options.digest ?? createHash('sha256').update(bytes).digest('base64');
  const handler = (request: IncomingMessage, response: ServerResponse): void => {
    const { range } = request.headers;
    ranges.push(range);
    const from = options.ranges === false ? 0 : Number(/bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
    const part = bytes.subarray(from);
    if (from >= bytes.length && from > 0) {
      const told = { 'content-range': `bytes */${bytes.length}`, 'repr-digest': `sha-256=:${digest}:` };
      response.writeHead(416, told).end();
      return;
    }
    response.writeHead(from > 0 ? 206 : 200, {
      etag: options.etags?.[ranges.length - 1] ?? '"one"',
      'content-length': options.length ?? part.length,
      'content-digest': `sha-256=:${digest}:`,
      ...(from > 0 ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {}),
    });
    const { breakAfter = Infinity } = options;
    if (part.length <= breakAfter) response.end(part);
    // A browser throws away what it has not read by the time that a connection breaks.
    else response.write(part.subarray(0, breakAfter), () => setTimeout(() => response.destroy(), 20));
  };
  return { ranges, handler };
}
