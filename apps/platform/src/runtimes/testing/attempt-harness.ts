import { createHash, randomUUID } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import type { AttemptHandle, Job, LogRecord, MetricsRecord, Observation, Runtime } from '../runtime.ts';
import type { StagingObjects } from '../local/staging-objects.ts';

/** All that was observed of an attempt, record after record. */
export interface Observed {
  readonly end: Observation;
  readonly logs: readonly LogRecord[];
  readonly metrics: readonly MetricsRecord[];
}

export interface RuntimeUnderTest {
  /** A second one on the same harness stands for the platform after a restart. */
  readonly create: (harness: AttemptHarness) => Runtime;
  /** What runs this JavaScript (CommonJS). */
  readonly program: (script: string, harness: AttemptHarness) => Job['program'];
}

/** A folder with a store of objects, and the state of a runtime. */
export class AttemptHarness {
  readonly root: string = realpathSync(mkdtempSync(join(tmpdir(), 'fusion-attempts-')));
  readonly #subject: RuntimeUnderTest;
  readonly #runtimes: Runtime[] = [];

  constructor(subject: RuntimeUnderTest) {
    this.#subject = subject;
    mkdirSync(join(this.root, 'objects'));
    mkdirSync(join(this.root, 'service'));
  }

  runtime(): Runtime {
    const runtime = this.#subject.create(this);
    this.#runtimes.push(runtime);
    return runtime;
  }

  readonly objects: StagingObjects = {
    place: async (key, path) => copyFileSync(this.#object(key), path),
    store: async (key, path) => {
      const bytes = readFileSync(path);
      writeFileSync(this.#object(key), bytes);
      return { size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
    },
  };

  put(key: string, content: string): { key: string; size: number; sha256: null } {
    writeFileSync(this.#object(key), content);
    return { key, size: Buffer.byteLength(content), sha256: null };
  }

  content(key: string): string | undefined {
    const path = this.#object(key);
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  }

  /** A job that runs this JavaScript (CommonJS). */
  job(script: string, changes: Partial<Job> = {}): Job {
    const id = (): string => randomUUID();
    return {
      attemptId: id(),
      ids: { organisationId: id(), processId: id(), executionId: id(), componentId: id(), groupId: null },
      service: { id: id(), ssdId: id(), name: 'Test', version: 1 },
      program: this.#subject.program(script, this),
      environment: {},
      resources: { cpu: 1, gpu: 0, memoryMb: 256, storageGb: 1, timeoutSeconds: null },
      network: { kind: 'none' },
      document: { version: 1 },
      inputNumbers: [1],
      inputs: [],
      outputs: [{ number: 1, fileType: 'CSV' }],
      storage: null,
      sharedCache: null,
      ...changes,
    };
  }

  /** Observes until the condition holds, or it has ended and told everything. */
  async observe(
    runtime: Runtime,
    handle: AttemptHandle,
    until: (observation: Observation) => boolean = () => false,
    cursor: string | null = null,
  ): Promise<Observed> {
    const logs: LogRecord[] = [];
    const metrics: MetricsRecord[] = [];
    let at = cursor;
    for (;;) {
      const [end] = await runtime.observe([{ handle, cursor: at }]);
      if (!end) throw new Error('there is an observation for each request');
      logs.push(...end.logs);
      metrics.push(...end.metrics);
      at = end.cursor;
      const over = (end.state === 'ended' || end.state === 'gone') && !end.more;
      if (over || until(end)) return { end, logs, metrics };
      if (end.logs.length === 0) await delay(25);
    }
  }

  async run(runtime: Runtime, job: Job): Promise<Observed & { readonly handle: AttemptHandle }> {
    const handle = await runtime.submit(job);
    return { handle, ...(await this.observe(runtime, handle)) };
  }

  async close(): Promise<void> {
    for (const runtime of this.#runtimes) await runtime.close();
    rmSync(this.root, { recursive: true, force: true, maxRetries: 10 });
  }

  #object(key: string): string {
    return join(this.root, 'objects', key.replaceAll('/', '_'));
  }
}
