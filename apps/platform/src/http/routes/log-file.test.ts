import { randomUUID } from 'node:crypto';
import { createServer as createTcpServer, connect } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { gunzipSync } from 'node:zlib';

import { csvParse } from 'd3-dsv';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

import { selectRows } from '../../database/index.ts';
import type { Executions } from '../../executions/index.ts';
import { openResults } from '../../executions/testing/results.ts';
import type { Results } from '../../executions/testing/results.ts';
import { listLogs, openLogFile } from '../../executions/view/index.ts';
import { listen } from '../../testing/listen.ts';
import { executionRoutes } from '../index.ts';
import { Connection } from '../../../../../packages/sdk/src/http/index.ts';
import { logCsv } from '../../../../../packages/sdk/src/models/log-csv.ts';
import type { LogProgress } from '../../../../../packages/sdk/src/models/log-csv.ts';
import { call, logIn } from '../../../../../e2e/support/api.ts';
import type { Session } from '../../../../../e2e/support/api.ts';

const count = 9000;
const texts = [
  'plain',
  'a,b',
  'say "hi"',
  'two\nlines',
  '"\r\n',
  'Ünïcödé 地球 🛰',
  ' spaces ',
  '',
  'x'.repeat(700),
];
const messages = Array.from({ length: count }, (_, n) => `${n} ${texts[n % texts.length]!}`);

let results: Results;
let address: string;
let session: Session;
let component: string;
let long: string;
let openChunks = 0;
const closers: (() => unknown)[] = [];

beforeAll(async () => {
  results = await openResults();
  closers.push(async () => await results.close());
  const { database } = results;
  const { queries } = database;
  const executions: Partial<Executions> = {
    logs: async (organisation, id, query) => await listLogs(queries, organisation, id, query),
    logFile: async (organisation, id, query) => {
      const file = await openLogFile(queries, organisation, id, query);
      return {
        ...file,
        chunks: (async function* () {
          openChunks += 1;
          try {
            yield* file.chunks;
          } finally {
            openChunks -= 1;
          }
        })(),
      };
    },
  };
  const server = await listen(database, { routes: executionRoutes(executions as Executions) });
  ({ address } = server);
  closers.push(server.close);
  session = await logIn(address, 'ada@example.com', 'Sentinel-2a');
  const service = await results.addService({});
  component = await results.addComponent(await results.addExecution(), service);
  long = await results.addComponent(await results.addExecution(), service);
  // More than the buffers of a connection take.
  await results.database.queries.execute(
    sql`insert into component_logs (component_id, attempt, stream, logged_at, message)
      select ${long}, 1, 'stdout', now(), repeat('more and more ', 1000) from generate_series(1, 3000)`,
  );
  await fill(component, messages, 1);
  await fill(component, ['of the second attempt'], 2);
});

afterAll(async () => {
  for (const close of closers.toReversed()) await close();
});

/** Times with every number of digits after the second. */
async function fill(id: string, lines: readonly string[], attempt: number): Promise<void> {
  await results.database.queries.execute(
    sql`insert into component_logs (component_id, attempt, stream, logged_at, message)
      select ${id}, ${attempt}, 'stdout', timestamptz '2026-01-01 00:00:00+00' + n * interval '1 second' / (10 ^ (n % 7))::int, message
      from unnest(${sql.param([...lines])}::text[]) with ordinality as line (message, n) order by n`,
  );
}

const path = (query = '', id = component, organisation = results.organisation): string =>
  `/organisations/${organisation}/process_service_executions/${id}/logs/file${query}`;
const get = async (where: string, headers: Record<string, string> = {}, method = 'GET') =>
  await fetch(`${address}${where}`, {
    method,
    headers: { authorization: `Bearer ${session.token}`, ...headers },
  });

function connectionTo(url: string): Connection {
  const connection = new Connection({ apiUrl: url, retryDelay: { minimum: 1, maximum: 5 }, logLevel: 'off' });
  connection.authorise(session.token);
  return connection;
}
const params = () => ({
  organisation_id: results.organisation,
  process_service_execution_id: component,
});
async function downloaded(
  connection: Connection,
  options: { signal?: AbortSignal; onProgress?: (progress: LogProgress) => void } = {},
): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of logCsv(connection, params(), options)) parts.push(Buffer.from(part as string));
  return Buffer.concat(parts).toString('utf8');
}

test('the client writes the same bytes from one answer as from pages, and tells how far it is', async () => {
  const told: LogProgress[] = [];
  const whole = connectionTo(address);
  const file = await downloaded(whole, { onProgress: (progress) => void told.push(progress) });
  expect(whole.logFiles).toBe(true);
  expect(told[0]).toEqual({ records: 0, total: count + 1 });
  expect(told.at(-1)).toEqual({ records: count + 1, total: count + 1 });
  const paged = connectionTo(address);
  paged.logFiles = false;
  expect(file === (await downloaded(paged))).toBe(true);
  expect(csvParse(file).map(({ message }) => message)).toEqual(
    [...messages, 'of the second attempt'].toReversed(),
  );
});

test('NDJSON has the records of the list, as the list has them', async () => {
  const response = await get(path('?format=ndjson'));
  expect(response.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
  const records = (await response.text())
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  expect(records).toHaveLength(count + 1);
  const list = path('?limit=1000').replace('/file', '');
  const { body } = await call(address, 'GET', list, { token: session.token });
  expect(records.slice(0, 1000)).toEqual(body['list']);
});

test('it is compressed for those alone who accept gzip, and holds the same', async () => {
  // `fetch` decompresses by itself, so the bytes are read without it.
  const plain = await raw('identity');
  const zipped = await raw('br, gzip;q=0.5');
  expect(plain.head).not.toMatch(/content-encoding/i);
  expect(zipped.head).toMatch(/content-encoding: gzip/i);
  expect(zipped.body.length).toBeLessThan(plain.body.length / 2);
  expect(gunzipSync(zipped.body).equals(plain.body)).toBe(true);
  expect((await raw('gzip;q=0')).head).not.toMatch(/content-encoding/i);
});

/** The bytes of an answer as they come over the connection, out of their chunks. */
async function raw(acceptEncoding: string): Promise<{ head: string; body: Buffer }> {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  socket.write(
    `GET ${path()} HTTP/1.1\r\nhost: x\r\nconnection: close\r\naccept-encoding: ${acceptEncoding}\r\nauthorization: Bearer ${session.token}\r\n\r\n`,
  );
  const received: Buffer[] = [];
  for await (const chunk of socket) received.push(chunk as Buffer);
  const bytes = Buffer.concat(received);
  const start = bytes.indexOf('\r\n\r\n') + 4;
  const parts: Buffer[] = [];
  for (let at = start; ;) {
    const end = bytes.indexOf('\r\n', at);
    const size = Number.parseInt(bytes.toString('latin1', at, end), 16);
    if (Number.isNaN(size)) throw new Error(`the answer was cut off: ${bytes.toString('latin1', 0, start)}`);
    if (size === 0) return { head: bytes.toString('latin1', 0, start), body: Buffer.concat(parts) };
    parts.push(bytes.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
}

/** Passes connections on to the platform, and breaks off each answer after so many bytes, a number of times. */
async function cutting(bytes: number, times: number): Promise<{ server: Server; url: string }> {
  let cuts = 0;
  const { hostname, port } = new URL(address);
  const server = createTcpServer((socket) => {
    const behind = connect(Number(port), hostname);
    const allowed = cuts < times ? bytes : Infinity;
    let passed = 0;
    socket.pipe(behind).on('error', () => socket.destroy());
    socket.on('error', () => behind.destroy());
    behind.on('data', (chunk: Buffer) => {
      passed += chunk.length;
      if (passed <= allowed) return void socket.write(chunk);
      cuts += 1;
      socket.end(chunk.subarray(0, Math.max(0, chunk.length - (passed - allowed))));
      behind.destroy();
    });
    behind.on('end', () => socket.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test('a connection that breaks is gone on with, and records written meanwhile change nothing', async () => {
  const expected = await downloaded(connectionTo(address));
  const { server, url } = await cutting(40_000, 3);
  try {
    const connection = connectionTo(url);
    let written: Promise<void> | undefined;
    const file = await downloaded(connection, {
      onProgress: ({ records }) => {
        if (records > 0) written ??= fill(component, ['written meanwhile'], 3);
      },
    });
    await written;
    expect(file === expected).toBe(true);
  } finally {
    server.close();
    await results.database.queries.execute(sql`delete from component_logs where attempt = 3`);
  }
});

test('an abort ends it on both sides', async () => {
  const stop = new AbortController();
  const running = downloaded(connectionTo(address), {
    signal: stop.signal,
    onProgress: () => stop.abort(new Error('enough')),
  });
  await expect(running).rejects.toThrow('enough');
  // A caller that goes away without a word.
  const leave = new AbortController();
  const response = await fetch(`${address}${path('', long)}`, {
    headers: { authorization: `Bearer ${session.token}`, 'accept-encoding': 'identity' },
    signal: leave.signal,
  });
  await response.body!.getReader().read();
  expect(openChunks).toBeGreaterThan(0);
  leave.abort();
  await vi.waitFor(() => expect(openChunks).toBe(0), { timeout: 60_000 });
});

test('a user has eight at once at most, and is told when to come back', async () => {
  const open = await Promise.all(
    Array.from({ length: 8 }, async () => await get(path('', long), { 'accept-encoding': 'identity' })),
  );
  const ninth = await get(path());
  expect([ninth.status, ninth.headers.get('retry-after')]).toEqual([429, '15']);
  expect(await ninth.json()).toMatchObject({ error_message: expect.stringContaining('8 logs at once') });
  for (const { body } of open) await body!.cancel();
  await vi.waitFor(async () => {
    const again = await get(path());
    await again.body?.cancel();
    expect(again.status).toBe(200);
  });
});

test('it begins and ends where it is told to', async () => {
  const text = async (query: string) => await (await get(path(query))).text();
  const all = (await text('?format=ndjson&attempt=1')).trimEnd().split('\n');
  const { id } = JSON.parse(all[99]!) as { id: string };
  const part = await get(path(`?format=ndjson&attempt=1&until=${id}&skip=40`));
  expect(part.headers.get('x-fusion-platform-records')).toBe('60');
  expect((await part.text()).trimEnd().split('\n')).toEqual(all.slice(40, 100));
  const back = await text(`?format=ndjson&until=${id}&skip=40&reverse=true`);
  expect(back.trimEnd().split('\n')).toEqual(all.slice(0, 60).toReversed());
  expect(await text(`?header=false&until=${id}&skip=100`)).toBe('');
  expect((await text('?attempt=2')).split('\r\n')).toEqual([
    'logged_at,message',
    expect.stringMatching(/^2026-01-01T00:00:00\.\d{6}\+00:00,of the second attempt$/) as string,
    '',
  ]);
  const other = await get(path(`?until=${randomUUID()}`));
  expect(other.status).toBe(400);
  const head = await get(path(), {}, 'HEAD');
  expect([head.status, head.headers.get('x-fusion-platform-records')]).toEqual([200, String(count + 1)]);
});

test('what belongs to another organisation is not there, and a token and a role are needed', async () => {
  const statuses = [
    await get(path('', component, randomUUID())),
    await get(path('', randomUUID())),
    await get(path(), { authorization: 'Bearer nothing' }),
  ].map(({ status }) => status);
  expect(statuses).toEqual([404, 404, 401]);
  const { queries } = results.database;
  const [before] = await selectRows<{ roles: unknown }>(queries, sql`select roles from memberships limit 1`);
  await queries.execute(sql`update memberships set roles = '["manage_organisation"]'`);
  try {
    expect((await get(path())).status).toBe(403);
  } finally {
    await queries.execute(sql`update memberships set roles = ${JSON.stringify(before!.roles)}::jsonb`);
  }
});
