import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { RuntimeError } from '../errors.ts';
import type { AttemptNews } from '../local/attempts.ts';
import { documentReader } from './protocol.ts';
import type { Answers, Call, Message } from './protocol.ts';

/** The supervisor went away before it answered: what was asked may have been done or not. */
export class ConnectionLost extends Error {
  constructor() {
    super('The connection to the supervisor was lost');
    this.name = 'ConnectionLost';
  }
}

interface Waiting {
  resolve: (answer: unknown) => void;
  reject: (error: Error) => void;
}

/** One connection to a supervisor. */
export class Connection {
  /** Resolves when it is lost or closed. */
  readonly lost: Promise<void>;
  readonly #socket: Socket;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Map<string, Set<(news: AttemptNews | 'lost') => void>>();
  #lastId = 0;

  /** Null when nobody listens there. */
  static async open(path: string): Promise<Connection | null> {
    const socket = connect(path);
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('connect', resolve);
        socket.once('error', reject);
      });
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'ENOENT' || code === 'ECONNREFUSED') return null;
      throw new RuntimeError('runtime_unavailable', `The supervisor at ${path} cannot be reached`, {
        cause: error,
      });
    }
    return new Connection(socket);
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8');
    socket.on(
      'data',
      documentReader(
        (document) => this.#receive(document as Message),
        () => socket.destroy(),
      ),
    );
    socket.on('error', () => socket.destroy());
    this.lost = new Promise((resolve) => {
      socket.once('close', () => {
        for (const { reject } of this.#waiting.values()) reject(new ConnectionLost());
        this.#waiting.clear();
        for (const listeners of this.#listeners.values()) for (const listener of listeners) listener('lost');
        resolve();
      });
    });
  }

  get open(): boolean {
    return !this.#socket.destroyed;
  }

  /** Throws ConnectionLost, RuntimeError, or the signal's reason. */
  async call<C extends Call>(call: C, signal?: AbortSignal): Promise<Answers[C['do']]> {
    signal?.throwIfAborted();
    if (!this.open) throw new ConnectionLost();
    const id = (this.#lastId += 1);
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
    this.#socket.write(`${JSON.stringify({ ...call, id })}\n`);
    const abort = () => this.#waiting.get(id)?.reject(signal?.reason as Error);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      return (await answer) as Answers[C['do']];
    } finally {
      this.#waiting.delete(id);
      signal?.removeEventListener('abort', abort);
    }
  }

  listen(attemptId: string, listener: (news: AttemptNews | 'lost') => void): () => void {
    const listeners = this.#listeners.get(attemptId) ?? new Set();
    this.#listeners.set(attemptId, listeners.add(listener));
    return () => {
      if (!listeners.delete(listener)) return;
      if (listeners.size > 0 || this.#listeners.get(attemptId) !== listeners) return;
      this.#listeners.delete(attemptId);
      this.call({ do: 'unwatch', attemptId }).catch(() => undefined);
    };
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(message: Message): void {
    if ('news' in message) {
      const listeners = this.#listeners.get(message.attemptId);
      // The supervisor says nothing more of it, and need not be told that nobody listens.
      if (message.news === 'ended') this.#listeners.delete(message.attemptId);
      for (const listener of listeners ?? []) listener(message.news);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    if ('failure' in message)
      waiting?.reject(new RuntimeError(message.failure.code, message.failure.message));
    else waiting?.resolve(message.answer);
  }
}
