import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export interface ClosedPort extends AsyncDisposable {
  readonly port: number;
}

/**
 * A port of this machine where nobody listens, and nobody can for as long as it is kept: it is the near end of a connection.
 * A port that was merely closed may be given to the next who asks for any.
 */
export async function closedPort(): Promise<ClosedPort> {
  const server = createServer((socket) => socket.on('error', () => undefined).resume()).listen(0);
  await once(server, 'listening');
  const { port: far } = server.address() as AddressInfo;
  const held: Socket[] = [];
  const hold = async (host: string, localPort?: number): Promise<Socket> => {
    const socket = connect({ host, port: far, ...(localPort === undefined ? {} : { localPort }) });
    held.push(socket);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  };
  const port = (await hold('127.0.0.1')).localPort!;
  // Of both addresses that `localhost` may stand for, where there are two.
  await hold('::1', port).catch(() => undefined);
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of held) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
