import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  AttemptEnded,
  AttemptHandle,
  AttemptNews,
  AttemptSpec,
  LogRecord,
  MetricsRecord,
  LocalAttempts,
} from '../attempts.ts';

/** An implementation under test. */
export interface AttemptsUnderTest {
  name: string;
  /** The address of a module that exports `createRuntime(stateFolder, options): Runtime`; a second process loads it too. */
  module: string;
  /** Plain JSON, handed to createRuntime. */
  options: object;
  /** Whether components are kept from the network and from other folders. */
  isolates: boolean;
  /** Whether processor time up to the very end is told. */
  countsProcessorTime: boolean;
  /** Takes away, by force, whatever keeps attempts running. */
  breakDown(stateFolder: string): Promise<void>;
}

export interface RuntimeModule {
  createRuntime(stateFolder: string, options: object): LocalAttempts;
}

/** A folder for one case, with runtimes on it and attempts to run. */
export class AttemptsHarness {
  readonly root: string = realpathSync(mkdtempSync(join(tmpdir(), 'fusion-runtime-')));
  readonly stateFolder: string = join(this.root, 'state');
  readonly serviceFolder: string = join(this.root, 'service');
  readonly subject: AttemptsUnderTest;
  readonly #runtimes: LocalAttempts[] = [];
  readonly #handles: AttemptHandle[] = [];

  constructor(subject: AttemptsUnderTest) {
    this.subject = subject;
    mkdirSync(this.serviceFolder);
  }

  /** @param changes to the options of the subject */
  async runtime(changes: object = {}): Promise<LocalAttempts> {
    const module = (await import(this.subject.module)) as RuntimeModule;
    const runtime = module.createRuntime(this.stateFolder, { ...this.subject.options, ...changes });
    this.#runtimes.push(runtime);
    return runtime;
  }

  /** An attempt that runs this JavaScript (CommonJS); its folders are made. */
  spec(script: string, changes: Partial<AttemptSpec> = {}): AttemptSpec {
    const attemptId = randomUUID();
    const folder = join(this.root, 'attempts', attemptId);
    for (const name of ['inputs/1', 'outputs/1', 'scratch', 'storage']) {
      mkdirSync(join(folder, name), { recursive: true });
    }
    writeFileSync(join(folder, 'job.json'), '{"version":1}');
    writeFileSync(join(folder, 'inputs/1/in.txt'), 'input');
    const file = `${attemptId}.cjs`;
    writeFileSync(join(this.serviceFolder, file), script);
    return {
      attemptId,
      folder,
      serviceFolder: this.serviceFolder,
      readOnly: [],
      command: ['node', file],
      environment: {},
      resources: { cpu: 1, memoryMb: 512, storageGb: 1 },
      network: false,
      ...changes,
    };
  }

  async start(runtime: LocalAttempts, spec: AttemptSpec): Promise<AttemptHandle> {
    const handle = await runtime.start(spec);
    this.#handles.push(handle);
    return handle;
  }

  async run(
    runtime: LocalAttempts,
    spec: AttemptSpec,
  ): Promise<{ handle: AttemptHandle; ended: AttemptEnded }> {
    const handle = await this.start(runtime, spec);
    return { handle, ended: await untilEnded(runtime, handle) };
  }

  async clear(): Promise<void> {
    const runtime = await this.runtime();
    await Promise.all(this.#handles.map((handle) => runtime.stop(handle, { graceSeconds: 0 })));
    for (const each of this.#runtimes) await each.close();
    await this.subject.breakDown(this.stateFolder);
    rmSync(this.root, { recursive: true, force: true, maxRetries: 10 });
  }
}

export async function untilEnded(runtime: LocalAttempts, handle: AttemptHandle): Promise<AttemptEnded> {
  await runtime.watch(handle, () => undefined);
  const state = await runtime.inspect(handle);
  assert.ok(state.state === 'ended', JSON.stringify(state));
  return state;
}

/** Watches until the condition holds after some news; fails when the attempt ends first. */
export async function untilNews(
  runtime: LocalAttempts,
  handle: AttemptHandle,
  condition: (news: AttemptNews) => Promise<boolean>,
): Promise<void> {
  const found = new AbortController();
  const looks: Promise<void>[] = [];
  const look = async (news: AttemptNews): Promise<void> => {
    if (await condition(news)) found.abort();
  };
  await runtime.watch(handle, (news) => looks.push(look(news)), { signal: found.signal });
  await Promise.all(looks);
  assert.ok(found.signal.aborted, 'the attempt ended before what was waited for');
}

export async function allLogs(
  runtime: LocalAttempts,
  handle: AttemptHandle,
  limit = 1_000,
): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  for (let offset = 0; ;) {
    const batch = await runtime.readLogs(handle, offset, { limit });
    assert.ok(batch.records.length <= limit);
    if (batch.records.length === 0) return records;
    records.push(...batch.records);
    offset = batch.nextOffset;
  }
}

export async function messages(runtime: LocalAttempts, handle: AttemptHandle): Promise<string[]> {
  return (await allLogs(runtime, handle)).map(({ message }) => message);
}

export async function allMetrics(runtime: LocalAttempts, handle: AttemptHandle): Promise<MetricsRecord[]> {
  return (await runtime.readMetrics(handle, 0)).records;
}

/** Processes that were given this variable and value, zombies included, on Linux. */
export function processesWith(name: string, value: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`${name}=${value}`);
      } catch {
        return false;
      }
    });
}
