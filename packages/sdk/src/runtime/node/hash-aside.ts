import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

import type { Hasher } from '../runtime.ts';
import { sentHash } from './counted.ts';

/**
 * From this length on, in bytes, a thread of its own is worth its start, which takes 35 ms. Of the 0.9 s of processor time
 * that the thread of a program spends on receiving 1 GB, 0.6 s are the checksum.
 */
const largeBytes = 64 * 1024 * 1024;

/** A processor is left for whoever receives the bytes. */
const mostThreads = availableParallelism() - 1;
let threads = 0;

/** A text, not a file: a bundle of the SDK has one file. */
const program = `
  const { parentPort } = require('node:worker_threads');
  const hash = require('node:crypto').createHash('sha256');
  parentPort.on('message', (bytes) => parentPort.postMessage(bytes ? void hash.update(bytes) : hash.digest('base64')));
`;

/** Takes the SHA-256 of `size` bytes, in a thread of its own where they are many and a processor may be free for it. */
export function startHash(size: number | undefined): Hasher {
  if (size === undefined || size < largeBytes || threads >= mostThreads) return hashHere();
  try {
    return new HashThread();
  } catch {
    return hashHere();
  }
}

const hashHere = (): Hasher => ({ ...sentHash(), close: () => undefined });

interface Waiting {
  readonly resolve: (answer: string | undefined) => void;
  readonly reject: (error: Error) => void;
}

class HashThread implements Hasher {
  // What Node was started with (a program to load first, an inspector) is not for this thread.
  readonly #worker = new Worker(program, { eval: true, name: 'sha256', env: {}, execArgv: [] });
  readonly #waiting: Waiting[] = [];
  #failure: Error | undefined;

  constructor() {
    threads += 1;
    this.#worker
      .on('message', (answer?: string) => this.#waiting.shift()?.resolve(answer))
      .on('error', (error) => this.#end(error))
      .on('exit', () => {
        threads -= 1;
        this.#end(new Error('the thread that takes the checksum ended'));
      });
  }

  update(bytes: Uint8Array): Promise<void> {
    const done = this.#ask(bytes).then(() => undefined);
    // It is awaited in its turn.
    done.catch(() => undefined);
    return done;
  }

  async digest(): Promise<string> {
    return (await this.#ask(null))!;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  async #ask(bytes: Uint8Array | null): Promise<string | undefined> {
    return await new Promise((resolve, reject) => {
      if (this.#failure) return reject(this.#failure);
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(bytes);
    });
  }

  #end(failure: Error): void {
    this.#failure ??= failure;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
  }
}
