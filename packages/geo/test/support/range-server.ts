import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { onTestFinished } from 'vitest';

export interface RangeServer {
  readonly url: string;
  /** Statuses to answer instead of the file, one for each request to come. */
  readonly trouble: number[];
  readonly requests: { range: string | undefined; status: number }[];
  /** Bytes of bodies sent. */
  sent: number;
}

/** Serves one file by HTTP ranges until the test ends, and trouble first when told to. Anything but /file is not there. */
export async function serveRanges(path: string): Promise<RangeServer> {
  const bytes = await readFile(path);
  const server = createServer((request, response) => {
    const { range } = request.headers;
    const match = /^bytes=(\d+)-(\d+)$/.exec(range ?? '');
    const end = (status: number, body: Buffer | string, headers: Record<string, string> = {}): void => {
      self.requests.push({ range, status });
      if (status < 300) self.sent += body.length;
      response.writeHead(status, headers).end(body);
    };
    const status = self.trouble.shift();
    if (request.url !== '/file') return end(404, 'none');
    if (status === 0) return void request.socket.destroy();
    if (status !== undefined) return end(status, 'trouble');
    if (match === null) return end(200, bytes);
    const [from, to] = [Number(match[1]), Math.min(Number(match[2]), bytes.length - 1)];
    return end(206, bytes.subarray(from, to + 1), { 'content-range': `bytes ${from}-${to}/${bytes.length}` });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const self: RangeServer = {
    url: `http://127.0.0.1:${port}/file`,
    trouble: [],
    requests: [],
    sent: 0,
  };
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return self;
}
