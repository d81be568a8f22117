import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, realpathSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RuntimeError } from '../errors.ts';
import { Connection, ConnectionLost } from './connection.ts';
import { socketPath } from './files.ts';
import { pause } from './pause.ts';
import { PROTOCOL_VERSION } from './protocol.ts';
import type { Answers, Call } from './protocol.ts';

/** Supervisors that come and go at the same moment are met with another try, for this long. */
const PATIENCE_MILLISECONDS = 30_000;

/** Keeps one connection to the supervisor of a state folder, and starts that supervisor when it is needed. */
export class SupervisorLink {
  readonly #stateFolder: string;
  readonly #idleMilliseconds: number;
  #connection: Promise<Connection | null> | null = null;
  #closed = false;

  constructor(stateFolder: string, idleMilliseconds: number) {
    this.#stateFolder = stateFolder;
    this.#idleMilliseconds = idleMilliseconds;
  }

  /**
   * Asks for what may be asked twice: a supervisor that goes away before it answers is replaced and asked again.
   * Throws RuntimeError or the signal's reason.
   */
  async call<C extends Call>(call: C, signal?: AbortSignal): Promise<Answers[C['do']]> {
    const deadline = performance.now() + PATIENCE_MILLISECONDS;
    for (let wait = 5; ; wait = Math.min(wait * 2, 500)) {
      signal?.throwIfAborted();
      const connection = (await this.connection()) ?? (await this.#startSupervisor());
      try {
        if (connection !== null) return await connection.call(call, signal);
      } catch (error) {
        if (!(error instanceof ConnectionLost)) throw error;
      }
      if (performance.now() > deadline) {
        const log = join(this.#stateFolder, 'supervisor.log');
        throw new RuntimeError(
          'runtime_unavailable',
          `The supervisor of processes does not start; see ${log}`,
        );
      }
      await pause(wait, signal);
    }
  }

  /** The connection to the supervisor that runs, null when there is none. */
  async connection(): Promise<Connection | null> {
    if (this.#closed) throw new RuntimeError('runtime_unavailable', 'This runtime has been closed');
    this.#connection ??= this.#connect();
    const connecting = this.#connection;
    try {
      const connection = await connecting;
      if (connection !== null && connection.open) return connection;
    } catch (error) {
      if (this.#connection === connecting) this.#connection = null;
      throw error;
    }
    if (this.#connection === connecting) this.#connection = null;
    return null;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const connection = await this.#connection?.catch(() => null);
    connection?.close();
    await connection?.lost;
  }

  async #connect(): Promise<Connection | null> {
    const connection = await Connection.open(socketPath(this.#stateFolder));
    if (connection === null) return null;
    try {
      const { version } = await connection.call({ do: 'hello', version: PROTOCOL_VERSION });
      if (version === PROTOCOL_VERSION) return connection;
    } catch (error) {
      if (error instanceof ConnectionLost) return null;
      throw error;
    }
    connection.close();
    throw new RuntimeError(
      'runtime_unavailable',
      'Processes are still run by a supervisor of another version of the platform; it ends with the last of them',
    );
  }

  /** Resolves when its socket is there, or when it has found another supervisor in its place. */
  async #startSupervisor(): Promise<null> {
    mkdirSync(this.#stateFolder, { recursive: true, mode: 0o700 });
    const log = openSync(join(this.#stateFolder, 'supervisor.log'), 'a', 0o600);
    try {
      // From the sources it is TypeScript, from a build JavaScript, like this file.
      const program = fileURLToPath(new URL(`supervisor-main${extname(import.meta.url)}`, import.meta.url));
      const flags = ['--disable-warning=ExperimentalWarning'];
      const child = spawn(
        realpathSync(process.execPath),
        [...flags, program, this.#stateFolder, String(this.#idleMilliseconds)],
        {
          cwd: this.#stateFolder,
          env: supervisorEnvironment(),
          detached: true,
          stdio: ['ignore', 'pipe', log],
        },
      );
      await new Promise<void>((resolve, reject) => {
        child.once('error', reject);
        child.once('exit', () => resolve());
        child.stdout?.once('data', () => resolve());
      });
      child.stdout?.destroy();
      child.unref();
    } catch (error) {
      throw new RuntimeError('runtime_unavailable', 'The supervisor of processes cannot be started', {
        cause: error,
      });
    } finally {
      closeSync(log);
    }
    return null;
  }
}

/** Nothing that makes each Node start slower or differently (NODE_OPTIONS, extra certificates). */
function supervisorEnvironment(): Record<string, string> {
  const kept = ['PATH', 'HOME', 'TMPDIR'].map((name) => [name, process.env[name]] as const);
  return Object.fromEntries(kept.filter((pair): pair is readonly [string, string] => pair[1] !== undefined));
}
