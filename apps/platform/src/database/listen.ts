import pg from 'pg';

interface Listener {
  listen(channel: string, heard: (payload: string) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/**
 * Listens on a connection of its own, made on first use and made again when it breaks. What is said while it is broken
 * is missed: whoever listens also looks from time to time.
 */
export function listenOn(url: string): Listener {
  const listeners = new Map<string, Set<(payload: string) => void>>();
  let connection: Promise<pg.Client> | undefined;
  let closed = false;

  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: url });
    client.on('notification', ({ channel, payload }) => {
      for (const heard of listeners.get(channel) ?? []) heard(payload ?? '');
    });
    client.on('error', () => {
      connection = undefined;
      if (!closed) setTimeout(() => void reconnect(), 1000).unref();
    });
    await client.connect();
    for (const channel of listeners.keys()) await client.query(`listen ${pg.escapeIdentifier(channel)}`);
    return client;
  };
  const reconnect = async (): Promise<void> => {
    if (closed || connection) return;
    connection = connect();
    try {
      await connection;
    } catch {
      connection = undefined;
      setTimeout(() => void reconnect(), 1000).unref();
    }
  };

  return {
    listen: async (channel, heard) => {
      const known = listeners.get(channel);
      if (known) known.add(heard);
      else listeners.set(channel, new Set([heard]));
      connection ??= connect();
      const client = await connection;
      await client.query(`listen ${pg.escapeIdentifier(channel)}`);
      return async () => {
        listeners.get(channel)?.delete(heard);
      };
    },
    close: async () => {
      closed = true;
      const client = await connection?.catch(() => undefined);
      await client?.end();
    },
  };
}
