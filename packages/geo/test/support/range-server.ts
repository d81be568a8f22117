import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { onTestFinished } from 'vitest';

/**
 * What to do wrong with a request: answer with a status, or hang up (0), or with other headers;
 * `cut`: hang up in the middle of the body; `short`: end well, after half of the body; `drip`: send a byte and no more;
 * `silent`: send nothing; `shifted`: send another part; `unnamed`: do not say which part it is; `more`: send too much.
 */
export type Trouble =
  | number
  | 'cut'
  | 'short'
  | 'drip'
  | 'silent'
  | 'shifted'
  | 'unnamed'
  | 'more'
  | { readonly status: number; readonly headers: Record<string, string> };

export interface RangeServer {
  readonly url: string;
  /** For the requests to come, one for each. */
  readonly trouble: Trouble[];
  readonly requests: { range: string | undefined; status: number }[];
  /** Of each answer with content. */
  readonly headers: Record<string, string>;
  /** Bytes of bodies sent. */
  sent: number;
  /** Serves other contents from now on. */
  replace(bytes: Buffer): void;
}

/** Serves one file by HTTP ranges until the test ends, and trouble first when told to. Anything but /file is not there. */
export async function serveRanges(path: string): Promise<RangeServer> {
  let bytes = await readFile(path);
  const server = createServer((request, response) => {
    const { range } = request.headers;
    const match = /^bytes=(\d+)-(\d+)$/.exec(range ?? '');
    const end = (status: number, body: Buffer | string, headers: Record<string, string> = {}): void => {
      self.requests.push({ range, status });
      if (status < 300) self.sent += body.length;
      response.writeHead(status, headers).end(body);
    };
    const trouble = self.trouble.shift();
    if (request.url !== '/file') return end(404, 'none');
    if (trouble === 0) return void request.socket.destroy();
    if (typeof trouble === 'number') return end(trouble, 'trouble');
    if (typeof trouble === 'object') return end(trouble.status, 'trouble', trouble.headers);
    if (match === null) return end(200, bytes);
    const [from, to] = [Number(match[1]), Math.min(Number(match[2]), bytes.length - 1)];
    const body = bytes.subarray(from, to + 1);
    const headers = { ...self.headers, 'content-range': `bytes ${from}-${to}/${bytes.length}` };
    if (trouble === undefined) return end(206, body, headers);
    self.requests.push({ range, status: 206 });
    self.sent += misbehave(trouble, response, body, headers);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const self: RangeServer = {
    url: `http://127.0.0.1:${port}/file`,
    trouble: [],
    requests: [],
    headers: {},
    sent: 0,
    replace: (others) => (bytes = Buffer.from(others)),
  };
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return self;
}

/** Gives the bytes that it sends. */
function misbehave(
  trouble: Exclude<Trouble, number | object>,
  response: ServerResponse,
  body: Buffer,
  headers: Record<string, string>,
): number {
  const half = body.subarray(0, body.length / 2);
  switch (trouble) {
    case 'silent':
      return 0;
    case 'cut':
      response.writeHead(206, { ...headers, 'content-length': body.length });
      response.write(half, () => response.destroy());
      return half.length;
    case 'short':
      response.writeHead(206, headers).write(half, () => response.end());
      return half.length;
    case 'drip':
      response.writeHead(206, headers).write(body.subarray(0, 1));
      return 1;
    case 'shifted':
      response.writeHead(206, { ...headers, 'content-range': 'bytes 7-70/1000' }).end(body);
      return body.length;
    case 'unnamed':
      response.writeHead(206).end(body);
      return body.length;
    case 'more':
      response.writeHead(206, headers).end(Buffer.concat([body, body]));
      return 2 * body.length;
  }
}
