import type { Hasher } from '../runtime.ts';
import { sentHash } from './counted.ts';
import { SideThread } from './side-thread.ts';

/** Of the 0.9 s of processor time that the thread of a program spends on receiving 1 GB, 0.6 s are the checksum. */
const program = {
  name: 'sha256',
  text: `
    const { parentPort } = require('node:worker_threads');
    const hash = require('node:crypto').createHash('sha256');
    parentPort.on('message', (bytes) => parentPort.postMessage(bytes ? void hash.update(bytes) : hash.digest('base64')));
  `,
};

/** Takes the SHA-256 of `size` bytes, in a thread of its own where they are many and a processor may be free for it. */
export function startHash(size: number | undefined): Hasher {
  const thread = SideThread.startFor(size, program);
  return thread ? new HashAside(thread) : { ...sentHash(), close: () => undefined };
}

class HashAside implements Hasher {
  readonly #thread: SideThread;

  constructor(thread: SideThread) {
    this.#thread = thread;
  }

  update(bytes: Uint8Array): Promise<void> {
    const done = this.#thread.ask(bytes).then(() => undefined);
    // It is awaited in its turn.
    done.catch(() => undefined);
    return done;
  }

  async digest(): Promise<string> {
    return (await this.#thread.ask(null)) as string;
  }

  async close(): Promise<void> {
    await this.#thread.close();
  }
}
