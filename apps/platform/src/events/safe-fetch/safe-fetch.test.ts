import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { closedPort } from '../../../../../e2e/support/closed-port.ts';
import { isPublic } from './addresses.ts';
import { safeFetch } from './safe-fetch.ts';
import type { SafeFetchOptions } from './safe-fetch.ts';

let called = 0;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
const server = createServer((request, response) => {
  called += 1;
  answer(request, response);
});
let port: number;
let home: string;

beforeAll(async () => {
  // Both families, so that every way to say "this machine" would arrive if it were let through.
  await new Promise<void>((resolve) => server.listen(0, () => resolve()));
  ({ port } = server.address() as AddressInfo);
  home = `http://localhost:${port}`;
});
beforeEach(() => {
  called = 0;
  answer = (_, response) => response.end('here');
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const never = new AbortController().signal;

async function get(address: string, options: Partial<SafeFetchOptions> = {}) {
  return await safeFetch(address, {
    method: 'GET',
    timeoutMs: 30_000,
    maximumBytes: 1000,
    allowPrivate: true,
    signal: never,
    ...options,
  });
}

test('what is sent arrives, and the answer comes back whatever its status', async () => {
  let received = '';
  answer = (request, response) => {
    request.setEncoding('utf8').on('data', (text: string) => (received += text));
    request.on('end', () => {
      response.writeHead(418, [
        ['content-type', 'text/plain'],
        ['set-cookie', 'a'],
        ['set-cookie', 'b'],
      ]);
      response.end(`${request.method} ${String(request.headers['x-asked'])}`);
    });
  };
  const { status, headers, body } = await get(`${home}/tea`, {
    method: 'POST',
    headers: { 'x-asked': 'yes' },
    body: 'Käse',
  });
  expect({ status, body: body.toString(), received }).toEqual({
    status: 418,
    body: 'POST yes',
    received: 'Käse',
  });
  expect(headers.get('content-type')).toBe('text/plain');
  expect(headers.getSetCookie()).toEqual(['a', 'b']);
});

test.each([
  'http://127.0.0.1',
  'http://localhost',
  'http://LOCALHOST',
  'http://[::1]',
  'http://[::ffff:127.0.0.1]',
  'http://[::ffff:7f00:1]',
  'http://[::127.0.0.1]',
  'http://[64:ff9b::127.0.0.1]',
  'http://[::]',
  'http://0.0.0.0',
  'http://0',
  'http://2130706433',
  'http://0x7f.1',
  'http://0177.0.0.1',
  'http://127.1',
  'https://127.0.0.1',
])('%s is refused unless private addresses are allowed', async (host) => {
  const call = get(`${host}:${port}/`, { allowPrivate: false });
  await expect(call).rejects.toMatchObject({
    code: 'refused',
    message: expect.stringMatching(/private network, which this platform does not call/) as string,
  });
  expect(called).toBe(0);
});

test.each([
  ['10.1.2.3', false],
  ['172.16.0.1', false],
  ['192.168.1.1', false],
  ['169.254.169.254', false],
  ['100.64.0.1', false],
  ['198.18.0.1', false],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
  ['fe80::1', false],
  ['fc00::1', false],
  ['fec0::1', false],
  ['ff02::1', false],
  ['2001:db8::1', false],
  ['2002:7f00:1::', false],
  ['2001:0:7f00:1::', false],
  ['::ffff:10.0.0.1', false],
  ['no address', false],
  ['1.1.1.1', true],
  ['2a00:1450:4009:80b::200e', true],
])('whether %s is public: %s', (address, expected) => {
  expect(isPublic(address)).toBe(expected);
});

test.each(['ftp://localhost/', 'file:///etc/passwd', 'data:,x', 'localhost', 'http://', ''])(
  'an address such as "%s" is refused',
  async (address) => {
    await expect(get(address)).rejects.toMatchObject({ code: 'refused' });
  },
);

test('redirects are not followed', async () => {
  answer = (_, response) => response.writeHead(302, { location: '/elsewhere' }).end();
  const { status, headers } = await get(home);
  expect([status, headers.get('location'), called]).toEqual([302, '/elsewhere', 1]);
});

test('an answer longer than asked for is not taken', async () => {
  answer = (_, response) => {
    response.write(Buffer.alloc(800));
    response.end(Buffer.alloc(800));
  };
  await expect(get(home)).rejects.toMatchObject({ code: 'too_large' });
});

test('an answer that never ends is given up', async () => {
  answer = (_, response) => response.write('and then');
  await expect(get(home, { timeoutMs: 100 })).rejects.toMatchObject({
    code: 'timeout',
    message: `localhost:${port} did not answer within 0.1 seconds`,
  });
});

test('where nobody listens the reason is told', async () => {
  await using closed = await closedPort();
  await expect(get(`http://localhost:${closed.port}`)).rejects.toMatchObject({
    code: 'unreachable',
    message: expect.stringContaining('ECONNREFUSED') as string,
  });
});

test('whoever asked may stop it, and hears the reason of the signal', async () => {
  const stop = new AbortController();
  const reason = new Error('enough');
  answer = () => stop.abort(reason);
  await expect(get(home, { signal: stop.signal })).rejects.toBe(reason);
  await expect(get(home, { signal: stop.signal })).rejects.toBe(reason);
  expect(called).toBe(1);
});
