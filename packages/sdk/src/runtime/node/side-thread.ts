import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** From this length of a file on, in bytes, a thread of its own is worth its start, which takes 35 ms. */
const largeBytes = 64 * 1024 * 1024;

/** A processor is left for whoever receives the bytes. */
const mostThreads = availableParallelism() - 1;

/** How many threads there are of each name. */
const threads = new Map<string, number>();

export interface SideProgram {
  readonly name: string;
  /** A text, not a file: a bundle of the SDK has one file. It answers each message with one, in order. */
  readonly text: string;
  readonly data?: unknown;
}

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A thread beside that of the program, which answers what it is sent. */
export class SideThread {
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];
  #failure: Error | undefined;

  /** @returns undefined for fewer bytes than are worth it, and where no processor may be free for one more of its name */
  static startFor(size: number | undefined, program: SideProgram): SideThread | undefined {
    if (size === undefined || size < largeBytes) return undefined;
    if ((threads.get(program.name) ?? 0) >= mostThreads) return undefined;
    try {
      return new SideThread(program);
    } catch {
      return undefined;
    }
  }

  private constructor({ name, text, data }: SideProgram) {
    // What Node was started with (a program to load first, an inspector) is not for this thread.
    this.#worker = new Worker(text, { eval: true, name, env: {}, execArgv: [], workerData: data });
    threads.set(name, (threads.get(name) ?? 0) + 1);
    this.#worker
      .on('message', (answer: unknown) => this.#waiting.shift()?.resolve(answer))
      .on('error', (error) => this.#end(error))
      .on('exit', () => {
        threads.set(name, threads.get(name)! - 1);
        this.#end(new Error(`the thread "${name}" ended`));
      });
  }

  /** @throws what the thread ended with */
  async ask(message: unknown): Promise<unknown> {
    return await new Promise((resolve, reject) => {
      if (this.#failure) return reject(this.#failure);
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(message);
    });
  }

  /** Ends the thread, and resolves once it does nothing any more. */
  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #end(failure: Error): void {
    this.#failure ??= failure;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
  }
}
