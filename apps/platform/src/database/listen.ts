import { Socket } from 'node:net';

import pg from 'pg';

interface Listener {
  listen(channel: string, heard: (payload: string) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

interface Times {
  /** How often the server is asked whether it still answers. */
  readonly askEveryMilliseconds: number;
  /** How long an answer may take. */
  readonly patienceMilliseconds: number;
  readonly reconnectAfterMilliseconds: number;
}

/** A connection that has died without a word is noticed in less than half a minute. */
const defaultTimes: Times = {
  askEveryMilliseconds: 15_000,
  patienceMilliseconds: 10_000,
  reconnectAfterMilliseconds: 1000,
};

/**
 * Listens on a connection of its own, made on first use and made again when it breaks. A listener sends nothing, so a
 * connection whose other end has gone looks like one on which nothing is said: it is asked from time to time. What is said
 * while it is broken is missed: whoever listens also looks from time to time.
 */
export function listenOn(url: string, times: Times = defaultTimes): Listener {
  const listeners = new Map<string, Set<(payload: string) => void>>();
  let connection: Promise<Connection> | undefined;
  let closed = false;

  const connect = async (): Promise<Connection> =>
    await openConnection(url, times, {
      channels: () => listeners.keys(),
      onNotification: (channel, payload) => {
        for (const heard of listeners.get(channel) ?? []) heard(payload);
      },
      onBroken: () => {
        connection = undefined;
        reconnectLater();
      },
    });
  const reconnectLater = (): void => {
    if (!closed) setTimeout(() => void reconnect(), times.reconnectAfterMilliseconds).unref();
  };
  const reconnect = async (): Promise<void> => {
    if (closed || connection) return;
    connection = connect();
    try {
      await connection;
    } catch {
      connection = undefined;
      reconnectLater();
    }
  };

  return {
    listen: async (channel, heard) => {
      const known = listeners.get(channel);
      if (known) known.add(heard);
      else listeners.set(channel, new Set([heard]));
      connection ??= connect();
      await (await connection).listen(channel);
      return async () => {
        listeners.get(channel)?.delete(heard);
      };
    },
    close: async () => {
      closed = true;
      const open = await connection?.catch(() => undefined);
      await open?.close();
    },
  };
}

interface Connection {
  listen(channel: string): Promise<void>;
  close(): Promise<void>;
}

async function openConnection(
  url: string,
  { askEveryMilliseconds, patienceMilliseconds }: Times,
  on: {
    readonly channels: () => Iterable<string>;
    readonly onNotification: (channel: string, payload: string) => void;
    /** Told once, of a connection that was made. */
    readonly onBroken: () => void;
  },
): Promise<Connection> {
  const socket = new Socket();
  const client = new pg.Client({
    connectionString: url,
    stream: () => socket,
    keepAlive: true,
    connectionTimeoutMillis: patienceMilliseconds,
    query_timeout: patienceMilliseconds,
  });
  let state: 'new' | 'made' | 'over' = 'new';
  let asking: NodeJS.Timeout | undefined;
  const over = (): void => {
    clearInterval(asking);
    // Closing it in order would wait for the other end.
    socket.destroy();
    if (state === 'made') on.onBroken();
    state = 'over';
  };
  client.on('notification', ({ channel, payload }) => on.onNotification(channel, payload ?? ''));
  client.on('error', over);
  client.on('end', over);
  const listen = async (channel: string): Promise<void> =>
    void (await client.query(`listen ${pg.escapeIdentifier(channel)}`));
  try {
    await client.connect();
    for (const channel of on.channels()) await listen(channel);
  } catch (error) {
    over();
    throw error;
  }
  state = 'made';
  let isAsked = false;
  const ask = async (): Promise<void> => {
    if (isAsked) return;
    isAsked = true;
    await client.query('select 1').catch(over);
    isAsked = false;
  };
  asking = setInterval(() => void ask(), askEveryMilliseconds);
  asking.unref();
  return {
    listen,
    close: async () => {
      state = 'over';
      clearInterval(asking);
      await client.end();
    },
  };
}
