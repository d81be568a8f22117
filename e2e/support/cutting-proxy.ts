import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A connection is cut once so many bytes have gone up over all connections. */
export interface Cut {
  readonly after: number;
  /** What happens before: until it has ended, nothing goes on. */
  readonly first?: () => Promise<void>;
}

/** A line to a server that is cut now and then. */
export interface CuttingProxy {
  readonly url: string;
  /** Where the server is; it may move. */
  target: string;
  /** Whether nobody gets through any more, by connections that are open neither. */
  down: boolean;
  /** Bytes that clients have sent so far. */
  readonly sent: number;
  /** Cuts that have yet to come, the next one first. */
  cuts: Cut[];
  close(): Promise<void>;
}

export async function startCuttingProxy(target = ''): Promise<CuttingProxy> {
  const open = new Set<Socket>();
  let sent = 0;
  let down = false;
  const pass = (near: Socket): void => {
    if (down) {
      near.resetAndDestroy();
      return;
    }
    const { port, hostname } = new URL(proxy.target);
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) open.add(socket);
    const end = (): void => {
      for (const socket of [near, far]) {
        socket.destroy();
        open.delete(socket);
      }
    };
    for (const socket of [near, far]) socket.on('error', end).on('close', end);
    far.pipe(near);
    near.on('data', (chunk) => {
      sent += chunk.length;
      const [cut] = proxy.cuts;
      if (cut && sent > cut.after) {
        proxy.cuts.shift();
        near.pause();
        void (cut.first?.() ?? Promise.resolve()).finally(() => {
          near.resetAndDestroy();
          end();
        });
      } else if (!far.write(chunk)) {
        near.pause();
        far.once('drain', () => near.resume());
      }
    });
  };
  const server = createServer(pass).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: CuttingProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    target,
    get down() {
      return down;
    },
    set down(now) {
      down = now;
      if (down) for (const socket of open) socket.destroy();
    },
    cuts: [],
    get sent() {
      return sent;
    },
    close: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}
