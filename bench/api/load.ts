import { connect } from 'node:net';
import type { Socket } from 'node:net';

export interface Load {
  readonly count: number;
  readonly perSecond: number;
  /** Milliseconds that 95 of 100 answers took at most. */
  readonly p95: number;
  readonly bytes: number;
}

/**
 * Asks for paths in turn over several connections, each with one request under way, for so long.
 * Written on sockets: a client of its own would take as much of a processor as what it measures.
 * @throws on any answer other than 200
 */
export async function load(
  url: string,
  paths: readonly string[],
  options: { readonly seconds: number; readonly connections: number; readonly token?: string },
): Promise<Load> {
  const { hostname, port } = new URL(url);
  const until = performance.now() + options.seconds * 1000;
  const times: number[] = [];
  let bytes = 0;
  let turn = 0;
  const began = performance.now();
  const one = async (): Promise<void> => {
    const socket = connect(Number(port), hostname).setNoDelay();
    const answers = new Answers(socket);
    try {
      while (performance.now() < until) {
        const path = paths[(turn += 1) % paths.length]!;
        const sent = performance.now();
        socket.write(
          `GET ${path} HTTP/1.1\r\nhost: bench\r\naccept: application/json\r\n` +
            `${options.token ? `authorization: Bearer ${options.token}\r\n` : ''}\r\n`,
        );
        const length = await answers.next(path);
        bytes += length;
        times.push(performance.now() - sent);
      }
    } finally {
      socket.destroy();
    }
  };
  await Promise.all(Array.from({ length: options.connections }, one));
  const seconds = (performance.now() - began) / 1000;
  const sorted = times.toSorted((a, b) => a - b);
  return {
    count: times.length,
    perSecond: times.length / seconds,
    p95: sorted[Math.floor(sorted.length * 0.95)]!,
    bytes: bytes / times.length,
  };
}

/** The answers that come over a connection, by their length. */
class Answers {
  #held: Buffer[] = [];
  #length = 0;
  #wake: (() => void) | undefined;
  #failure: Error | undefined;

  constructor(socket: Socket) {
    socket.on('data', (chunk) => {
      this.#held.push(chunk);
      this.#length += chunk.length;
      this.#wake?.();
    });
    socket.on('error', (error) => this.#end(error));
    socket.on('close', () => this.#end(new Error('the connection was closed')));
  }

  /** The length of the body of the next answer. */
  async next(path: string): Promise<number> {
    let head = '';
    let start = -1;
    while (start < 0) {
      await this.#more(this.#length + 1);
      if (this.#held.length > 1) this.#held = [Buffer.concat(this.#held)];
      start = this.#held[0]!.indexOf('\r\n\r\n');
      head = this.#held[0]!.toString('latin1', 0, Math.max(0, start));
    }
    const length = Number(/^content-length: (\d+)/im.exec(head)?.[1]);
    if (!head.startsWith('HTTP/1.1 200') || !Number.isInteger(length))
      throw new Error(`${path} was answered with ${head.split('\r\n')[0]}`);
    const end = start + 4 + length;
    await this.#more(end);
    const all = this.#held.length === 1 ? this.#held[0]! : Buffer.concat(this.#held);
    this.#held = all.length > end ? [all.subarray(end)] : [];
    this.#length = all.length - end;
    return length;
  }

  async #more(length: number): Promise<void> {
    while (this.#length < length) {
      if (this.#failure) throw this.#failure;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  #end(error: Error): void {
    this.#failure ??= error;
    this.#wake?.();
  }
}
