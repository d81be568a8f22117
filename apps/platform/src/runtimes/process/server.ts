import { chmodSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { dirname } from 'node:path';
import { RuntimeError } from '../errors.ts';
import { documentReader, PROTOCOL_VERSION } from './protocol.ts';
import type { Message, Request } from './protocol.ts';
import type { Supervisor } from './supervisor.ts';

/** Serves a supervisor on its socket, and calls `onIdle` whenever nobody is connected and nothing runs for `idleMilliseconds`. */
export class SupervisorServer {
  readonly #supervisor: Supervisor;
  readonly #path: string;
  #server: Server;
  /** Of the socket's file, which another one may take the place of. */
  #inode: number | undefined;
  readonly #sockets = new Set<Socket>();
  readonly #idleMilliseconds: number;
  readonly #onIdle: () => void;
  #idleTimer: NodeJS.Timeout | undefined;
  /** A platform of another version is waiting for this supervisor to end. */
  #retired = false;

  constructor(
    supervisor: Supervisor,
    options: { path: string; idleMilliseconds: number; onIdle: () => void },
  ) {
    this.#supervisor = supervisor;
    this.#path = options.path;
    this.#idleMilliseconds = options.idleMilliseconds;
    this.#onIdle = options.onIdle;
    this.#server = createServer((socket) => this.#serve(socket));
    supervisor.listen((_, news) => {
      if (news === 'ended') this.#considerIdle();
    });
  }

  /** The lock is held, so a socket that lies there is a dead one's. To be called again when it has been removed. */
  async listen(): Promise<void> {
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
    rmSync(this.#path, { force: true });
    if (this.#server.listening) {
      // Closing a server removes the file under its name: first the old one, then the new one.
      this.#server.close();
      this.#server = createServer((socket) => this.#serve(socket));
    }
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#path, resolve);
    });
    chmodSync(this.#path, 0o600);
    this.#inode = inodeOf(this.#path);
    this.#considerIdle();
  }

  /** Whether who looks for a supervisor under this name finds this one. */
  get canBeFound(): boolean {
    return this.#inode !== undefined && inodeOf(this.#path) === this.#inode;
  }

  /** Nothing more is taken. A socket that another supervisor has put in the place of its own stays. */
  close(): void {
    const own = this.canBeFound;
    for (const socket of this.#sockets) socket.destroy();
    if (own) this.#server.close();
    // Closing it would remove the other one's file.
    else this.#server.unref();
  }

  #considerIdle(): void {
    clearTimeout(this.#idleTimer);
    if (this.#supervisor.busy || (this.#sockets.size > 0 && !this.#retired)) return;
    const end = (): void => {
      if (!this.#supervisor.busy) this.#onIdle();
    };
    this.#idleTimer = setTimeout(end, this.#retired ? 0 : this.#idleMilliseconds);
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    clearTimeout(this.#idleTimer);
    const watched = new Set<string>();
    const send = (message: Message) => {
      if (!socket.destroyed) socket.write(`${JSON.stringify(message)}\n`);
    };
    const stopListening = this.#supervisor.listen((attemptId, news) => {
      if (watched.has(attemptId)) send({ attemptId, news });
      // There is no more to come.
      if (news === 'ended') watched.delete(attemptId);
    });
    socket.setEncoding('utf8');
    socket.on(
      'data',
      documentReader(
        (document) => void this.#answer(document as Request, watched, send),
        () => socket.destroy(),
      ),
    );
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      stopListening();
      this.#sockets.delete(socket);
      this.#considerIdle();
    });
  }

  async #answer(request: Request, watched: Set<string>, send: (message: Message) => void): Promise<void> {
    try {
      send({ id: request.id, answer: await this.#do(request, watched) });
    } catch (error) {
      const code = error instanceof RuntimeError ? error.code : 'runtime_unavailable';
      send({ id: request.id, failure: { code, message: (error as Error).message } });
    }
  }

  #do(request: Request, watched: Set<string>): unknown {
    switch (request.do) {
      case 'hello':
        if (request.version !== PROTOCOL_VERSION) {
          this.#retired = true;
          this.#considerIdle();
        }
        return { version: PROTOCOL_VERSION };
      case 'describe':
        return this.#supervisor.describe(request.setting);
      case 'start':
        if (this.#retired) throw new RuntimeError('runtime_unavailable', 'This supervisor is about to end');
        return this.#supervisor.start(request.spec, request.setting);
      case 'stop':
        return this.#supervisor.stop(request.attemptId, request.graceSeconds);
      case 'watch':
        watched.add(request.attemptId);
        return this.#supervisor.watch(request.attemptId);
      case 'unwatch':
        watched.delete(request.attemptId);
        return null;
      case 'remove':
        return this.#supervisor.remove(request.attemptId);
    }
  }
}

function inodeOf(path: string): number | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.ino;
}
