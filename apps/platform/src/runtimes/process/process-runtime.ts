import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { basename, isAbsolute } from 'node:path';
import { worksBeforeSandbox } from '@fusion-platform/contract/service-file';

import { RuntimeError } from '../errors.ts';
import { readRecords } from '../record-file.ts';
import type {
  AttemptHandle,
  AttemptNews,
  AttemptSpec,
  AttemptState,
  AttemptStatus,
  Batch,
  CallOptions,
  LogRecord,
  MetricsRecord,
  LocalAttempts,
  RuntimeDescription,
} from '../local/attempts.ts';
import { readStatusFile } from '../status-file.ts';
import { attemptFiles, forget, readExit, readState } from './files.ts';
import type { AttemptFiles } from './files.ts';
import { sweep } from './kill.ts';
import { resolveCommand } from './launch.ts';
import { SupervisorLink } from './link.ts';
import { isAlive } from './process-table.ts';
import { pause } from './pause.ts';
import type { RunSetting } from './protocol.ts';

export interface ProcessRuntimeOptions {
  /** Absolute; made when it is not there. Two platforms with the same folder share its supervisor. */
  stateFolder: string;
  /** `auto` (the default) runs without a sandbox where there is none, `required` refuses to. */
  sandbox?: RunSetting['sandbox'];
  controlGroups?: RunSetting['controlGroups'];
  /** Time between samples: `shortest` (1,000 ms) at first, growing to `longest` (10,000 ms). */
  metricsMilliseconds?: RunSetting['metricsMilliseconds'];
  /** How long the supervisor stays without a platform and without work; 30,000 ms by default. */
  idleMilliseconds?: number;
}

const LOG_LIMIT = 1_000;
const GRACE_SECONDS = 10;
const RETRY_MILLISECONDS = 50;

/**
 * Runs attempts as processes of this machine, sandboxed where it can. They belong to a supervisor, a process of its own,
 * so they outlive the platform and are found again; what is known of them is in files, so reading needs no supervisor.
 */
export class ProcessRuntime implements LocalAttempts {
  readonly name = 'process';
  readonly stateFolder: string;
  #setting: RunSetting;
  readonly #link: SupervisorLink;

  constructor(options: ProcessRuntimeOptions) {
    mkdirSync(options.stateFolder, { recursive: true, mode: 0o700 });
    this.stateFolder = realpathSync(options.stateFolder);
    this.#setting = {
      sandbox: options.sandbox ?? 'auto',
      controlGroups: options.controlGroups ?? 'auto',
      metricsMilliseconds: options.metricsMilliseconds ?? { shortest: 1_000, longest: 10_000 },
    };
    this.#link = new SupervisorLink(this.stateFolder, options.idleMilliseconds ?? 30_000);
  }

  async describe({ signal }: CallOptions = {}): Promise<RuntimeDescription> {
    const description = await this.#link.call({ do: 'describe', setting: this.#setting }, signal);
    // Once it was said that there is a sandbox, nothing runs without one.
    if (description.sandbox !== 'none' && this.#setting.sandbox === 'auto')
      this.#setting = { ...this.#setting, sandbox: 'required' };
    return description;
  }

  async start(spec: AttemptSpec, { signal }: CallOptions = {}): Promise<AttemptHandle> {
    const command = checkSpec(spec);
    const attempt = { ...spec, command, attemptId: spec.attemptId.toLowerCase() };
    return await this.#link.call({ do: 'start', spec: attempt, setting: this.#setting }, signal);
  }

  async inspect(handle: AttemptHandle): Promise<AttemptState> {
    const files = this.#files(handle);
    const state = readState(files);
    if (state === null) return { state: 'gone', reason: 'there is no record of it' };
    const ended = readExit(files);
    if (ended !== null) return { state: 'ended', ...ended };
    if (isAlive(state.supervisor)) {
      return { state: 'running' };
    }
    // It may have written the result between the two looks.
    const endedMeanwhile = readExit(files);
    if (endedMeanwhile !== null) return { state: 'ended', ...endedMeanwhile };
    await sweep(state);
    return {
      state: 'gone',
      reason: 'the process that supervised it ended without a result, or the machine was restarted',
    };
  }

  async readLogs(
    handle: AttemptHandle,
    fromOffset: number,
    options: { limit?: number } = {},
  ): Promise<Batch<LogRecord>> {
    return readRecords<LogRecord>(this.#files(handle).log, fromOffset, options.limit ?? LOG_LIMIT);
  }

  async readMetrics(
    handle: AttemptHandle,
    fromOffset: number,
    options: { limit?: number } = {},
  ): Promise<Batch<MetricsRecord>> {
    return readRecords<MetricsRecord>(this.#files(handle).metrics, fromOffset, options.limit ?? LOG_LIMIT);
  }

  async readStatus(handle: AttemptHandle): Promise<AttemptStatus | null> {
    return readStatusFile(handle.folder);
  }

  async stop(handle: AttemptHandle, options: { graceSeconds?: number } & CallOptions = {}): Promise<void> {
    const { graceSeconds = GRACE_SECONDS, signal } = options;
    while ((await this.inspect(handle)).state === 'running') {
      const connection = await this.#link.connection();
      try {
        await connection?.call({ do: 'stop', attemptId: handle.attemptId, graceSeconds }, signal);
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof RuntimeError) throw error;
      }
      if (connection === null) await pause(RETRY_MILLISECONDS, signal);
    }
  }

  async watch(
    handle: AttemptHandle,
    listener: (news: AttemptNews) => void,
    { signal }: CallOptions = {},
  ): Promise<void> {
    for (let first = true; !(await this.#watchOnce(handle, listener, first, signal)); first = false) {
      await pause(RETRY_MILLISECONDS, signal).catch(() => undefined);
    }
  }

  async remove(handle: AttemptHandle): Promise<void> {
    const files = this.#files(handle);
    if ((await this.inspect(handle)).state === 'running') {
      throw new RuntimeError('attempt_running', 'The attempt still runs: stop it before it is removed');
    }
    await forget(files.folder);
  }

  async close(): Promise<void> {
    await this.#link.close();
  }

  #files(handle: AttemptHandle): AttemptFiles {
    return attemptFiles(this.stateFolder, handle.attemptId);
  }

  /** True when there is no more to come; false when the supervisor went away and another look is needed. */
  async #watchOnce(
    handle: AttemptHandle,
    listener: (news: AttemptNews) => void,
    first: boolean,
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    const connection = await this.#link.connection();
    let stopListening: (() => void) | undefined;
    try {
      const over = new Promise<void>((resolve) => {
        stopListening = connection?.listen(handle.attemptId, (news) => {
          if (news === 'ended' || news === 'lost') resolve();
          else listener(news);
        });
      });
      await connection?.call({ do: 'watch', attemptId: handle.attemptId }, signal);
      // A listener that begins again has missed what came before.
      if (first) for (const news of ['logs', 'metrics', 'status'] as const) listener(news);
      if (connection?.open === true && (await this.inspect(handle)).state === 'running') {
        await Promise.race([over, aborted(signal)]);
      }
    } catch (error) {
      if (signal?.aborted === true) return true;
      if (error instanceof RuntimeError) throw error;
    } finally {
      stopListening?.();
    }
    if (signal?.aborted === true) return true;
    if ((await this.inspect(handle)).state === 'running') return false;
    listener('ended');
    return true;
  }
}

async function aborted(signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted === true) return;
  await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
}

/** Refuses what cannot be run, and gives the command as it is to be run. */
function checkSpec(spec: AttemptSpec): string[] {
  for (const folder of [spec.folder, spec.serviceFolder]) {
    if (!isAbsolute(folder))
      throw new RuntimeError(
        'invalid_attempt',
        `The path of a folder must be absolute, and ${JSON.stringify(folder)} is not`,
      );
    if (!existsSync(folder))
      throw new RuntimeError(
        'invalid_attempt',
        folder === spec.folder ? 'The folder of the attempt is gone' : 'The folder of its service is gone',
      );
  }
  for (const path of [...spec.readOnly, ...(spec.shared ?? [])]) {
    if (!isAbsolute(path) || !existsSync(path)) {
      throw new RuntimeError(
        'invalid_attempt',
        `What services need to run is not there to be read: ${basename(path)}`,
      );
    }
  }
  for (const name of Object.keys(spec.environment)) {
    if (worksBeforeSandbox(name))
      throw new RuntimeError(
        'invalid_attempt',
        `The variable ${name} is not for a component: it would change what starts its sandbox`,
      );
  }
  if (spec.command.length === 0) throw new RuntimeError('invalid_attempt', 'The command is empty');
  const { cpu, memoryMb, storageGb } = spec.resources;
  if (![cpu, memoryMb, storageGb].every((amount) => Number.isFinite(amount) && amount > 0)) {
    throw new RuntimeError(
      'invalid_attempt',
      'An attempt needs more than nothing of cpu, memory and storage',
    );
  }
  return resolveCommand(spec.command, spec.serviceFolder);
}
