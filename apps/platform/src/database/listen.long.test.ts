import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { postgresqlPrograms, startPostgresql } from '../../../../e2e/support/postgresql.ts';
import { listenOn } from './listen.ts';

const programs = await postgresqlPrograms();
let server: Awaited<ReturnType<typeof startPostgresql>> | undefined;
let way: Awaited<ReturnType<typeof openWay>> | undefined;
const times = { askEveryMilliseconds: 100, patienceMilliseconds: 3000, reconnectAfterMilliseconds: 50 };

beforeAll(async () => {
  if (!programs) return;
  server = await startPostgresql(programs);
  way = await openWay(Number(new URL(server.url).port));
});
afterAll(async () => {
  await way?.close();
  await server?.stop();
});

/** A way to a server on which connections can go dead: nothing goes through any more, and nobody is told. */
async function openWay(port: number) {
  const sockets = new Set<Socket>();
  let dead = new Set<Socket>();
  const proxy: Server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk) => {
        if (!dead.has(near)) to.write(chunk);
      });
      from.on('error', () => undefined);
      from.on('close', () => {
        if (!dead.has(near)) to.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    port: (proxy.address() as AddressInfo).port,
    die: () => {
      dead = new Set(sockets);
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}

test.skipIf(!programs)(
  `a connection that has died without a word is made again, and heard on (PostgreSQL ${programs ?? 'not installed'})`,
  async () => {
    const url = new URL(server!.url);
    url.port = String(way!.port);
    const listener = listenOn(url.href, times);
    const client = new pg.Client({ connectionString: server!.url });
    await client.connect();
    const heard: string[] = [];
    await listener.listen('news', (payload) => heard.push(payload));
    const say = async (payload: string): Promise<void> =>
      void (await client.query('select pg_notify($1, $2)', ['news', payload]));
    await say('before');
    await expect.poll(() => heard).toEqual(['before']);

    way!.die();
    await expect
      .poll(async () => {
        await say('after');
        return heard.at(-1);
      })
      .toBe('after');

    // Once more: what was made again is asked as well.
    way!.die();
    await expect
      .poll(async () => {
        await say('later');
        return heard.at(-1);
      })
      .toBe('later');
    await listener.close();
    await client.end();
  },
);
