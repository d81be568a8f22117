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

/** Supervisors that come and go at the same moment are met with another try, for so long after the last sign of one. */
const PATIENCE_MILLISECONDS = 60_000;
/** So long another supervisor that has the folder already may take until its socket is there, before one is started again. */
const TAKEN_MILLISECONDS = 5_000;
const LOOK_MILLISECONDS = 50;

/** What became of a supervisor: its socket is there, another one has the folder, or it ended without a word. */
type Started = 'ready' | 'taken' | 'ended';

/** Keeps one connection to the supervisor of a state folder, and starts that supervisor when it is needed. */
export class SupervisorLink {
  readonly #stateFolder: string;
  readonly #idleMilliseconds: number;
  #connection: Promise<Connection | null> | null = null;
  #starting: Promise<Started> | null = null;
  #lastStarted: Started = 'ended';
  #closed = false;

  constructor(stateFolder: string, idleMilliseconds: number) {
    this.#stateFolder = stateFolder;
    this.#idleMilliseconds = idleMilliseconds;
  }

  /**
   * Asks for what may be asked twice: a supervisor that goes away before it answers is replaced and asked again. One that
   * is slow to start, as on a busy machine, is waited for.
   * Throws RuntimeError or the signal's reason.
   */
  async call<C extends Call>(call: C, signal?: AbortSignal): Promise<Answers[C['do']]> {
    let deadline = performance.now() + PATIENCE_MILLISECONDS;
    for (let wait = 5; ; wait = Math.min(wait * 2, 500)) {
      signal?.throwIfAborted();
      const connection = await this.#connectionOrStart(signal);
      try {
        if (connection !== null) return await connection.call(call, signal);
        if (this.#lastStarted === 'ready') deadline = performance.now() + PATIENCE_MILLISECONDS;
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

  /** All who ask at once wait for the same supervisor. */
  async #connectionOrStart(signal: AbortSignal | undefined): Promise<Connection | null> {
    const connection = await this.connection();
    if (connection !== null) return connection;
    this.#starting ??= this.#startSupervisor().finally(() => (this.#starting = null));
    this.#lastStarted = await this.#starting;
    // It may have been left by a platform that was killed as it started it: to start more would only slow it down.
    const until = performance.now() + (this.#lastStarted === 'taken' ? TAKEN_MILLISECONDS : 0);
    for (;;) {
      const found = await this.connection();
      if (found !== null || performance.now() >= until) return found;
      await pause(LOOK_MILLISECONDS, signal);
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
  async #startSupervisor(): Promise<Started> {
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
      const started = await new Promise<Started>((resolve, reject) => {
        child.once('error', reject);
        child.once('exit', () => resolve('ended'));
        child.stdout?.once('data', (word: Buffer) =>
          resolve(word.toString().startsWith('ready') ? 'ready' : 'taken'),
        );
      });
      child.stdout?.destroy();
      child.unref();
      return started;
    } catch (error) {
      throw new RuntimeError('runtime_unavailable', 'The supervisor of processes cannot be started', {
        cause: error,
      });
    } finally {
      closeSync(log);
    }
  }
}

/** Nothing that makes each Node start slower or differently (NODE_OPTIONS, extra certificates). */
function supervisorEnvironment(): Record<string, string> {
  const kept = ['PATH', 'HOME', 'TMPDIR'].map((name) => [name, process.env[name]] as const);
  return Object.fromEntries(kept.filter((pair): pair is readonly [string, string] => pair[1] !== undefined));
}
