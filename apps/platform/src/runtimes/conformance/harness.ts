import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';

import type {
  AttemptHandle,
  Job,
  LogRecord,
  MetricsRecord,
  Observation,
  ObjectReference,
  Program,
  Runtime,
} from '../runtime.ts';

/** A script that says that it is there, and never ends by itself. */
export const endless = `console.log('up'); setInterval(() => {}, 1000)`;

/**
 * A runtime under test with all that it stands on, made for one case and taken down after it. A new runtime comes with one
 * of these, and the suite tells whether the engine can rely on the runtime.
 */
export interface RuntimeHarness {
  /** A runtime on this harness. Called again: one as after a restart of the platform, beside those that are still there. */
  readonly runtime: () => Promise<Runtime>;
  /** What runs this JavaScript (CommonJS, Node 20 or later) in the folder of the attempt, as the service with that id. */
  readonly program: (script: string) => Promise<{ readonly program: Program; readonly serviceId: string }>;
  readonly objects: {
    readonly put: (key: string, content: string) => Promise<ObjectReference>;
    readonly get: (key: string) => Promise<string | undefined>;
  };
  /** Ends, by force, what keeps attempts running, as a machine that goes down does. Absent where that cannot be done. */
  readonly breakDown?: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface RuntimeUnderTest {
  readonly name: string;
  readonly open: () => Promise<RuntimeHarness>;
  /** Why the suite cannot run here at all. */
  readonly missing?: string | undefined;
  /** Whether what a component may write to and reach is bounded. */
  readonly isolates: boolean;
  /** Why what runs cannot be taken away by force; undefined where it can, by `breakDown`. */
  readonly cannotBreakDown?: string | undefined;
  /** How long to wait for what takes a moment on the engine underneath, in seconds. */
  readonly patienceSeconds: number;
}

/** One property of a runtime, named as a sentence. */
export interface ConformanceCase {
  readonly name: string;
  readonly skip?: string;
  readonly run: () => Promise<void>;
}

export type CaseMaker = (subject: RuntimeUnderTest) => ConformanceCase;

export function conformanceCase(
  name: string,
  body: (bench: Bench) => Promise<void>,
  skip: (subject: RuntimeUnderTest) => string | undefined = () => undefined,
): CaseMaker {
  return (subject) => {
    const reason = subject.missing ?? skip(subject);
    return {
      name,
      ...(reason !== undefined && { skip: reason }),
      run: async () => {
        const harness = await subject.open();
        const bench = new Bench(harness, subject.patienceSeconds);
        try {
          await body(bench);
        } finally {
          await bench.clear();
        }
      },
    };
  };
}

/** What a case works with. */
export class Bench {
  readonly harness: RuntimeHarness;
  readonly #patience: number;
  readonly #runtimes: Runtime[] = [];
  readonly #handles: AttemptHandle[] = [];

  constructor(harness: RuntimeHarness, patienceSeconds: number) {
    this.harness = harness;
    this.#patience = patienceSeconds * 1000;
  }

  async runtime(): Promise<Runtime> {
    const runtime = await this.harness.runtime();
    this.#runtimes.push(runtime);
    return runtime;
  }

  async job(script: string, changes: Partial<Job> = {}): Promise<Job> {
    const { program, serviceId } = await this.harness.program(script);
    const id = (): string => randomUUID();
    return {
      attemptId: id(),
      ids: { organisationId: id(), processId: id(), executionId: id(), componentId: id(), groupId: null },
      service: { id: serviceId, ssdId: id(), name: 'Test', version: 1 },
      program,
      environment: {},
      resources: { cpu: 1, gpu: 0, memoryMb: 512, storageGb: 1, timeoutSeconds: null },
      network: { kind: 'none' },
      document: { version: 1 },
      inputs: [],
      inputNumbers: [1],
      outputs: [{ number: 1, fileType: 'CSV' }],
      storage: null,
      sharedCache: null,
      ...changes,
    };
  }

  async submit(runtime: Runtime, job: Job): Promise<AttemptHandle> {
    const handle = await runtime.submit(job);
    this.#handles.push(handle);
    return handle;
  }

  /** Runs a job to its end. */
  async run(runtime: Runtime, job: Job): Promise<{ handle: AttemptHandle } & Said> {
    const handle = await this.submit(runtime, job);
    return { handle, ...(await this.untilEnded(runtime, handle)) };
  }

  async untilEnded(runtime: Runtime, handle: AttemptHandle, cursor: string | null = null): Promise<Said> {
    return await this.until(
      runtime,
      handle,
      ({ last }) => (last.state === 'ended' || last.state === 'gone') && !last.more,
      cursor,
    );
  }

  /** Observes until it is as asked, and gathers what is said on the way. */
  async until(
    runtime: Runtime,
    handle: AttemptHandle,
    asked: (said: Said) => boolean,
    cursor: string | null = null,
  ): Promise<Said> {
    const deadline = performance.now() + this.#patience;
    const logs: LogRecord[] = [];
    const metrics: MetricsRecord[] = [];
    for (let at = cursor; ;) {
      const [last] = await runtime.observe([{ handle, cursor: at }]);
      assert.ok(last);
      at = last.cursor;
      logs.push(...last.logs);
      metrics.push(...last.metrics);
      const said = { last, logs, metrics, messages: logs.map(({ message }) => message) };
      if (asked(said)) return said;
      const over = last.state === 'ended' || last.state === 'gone';
      assert.ok(
        !over || last.more,
        `it ended before: ${JSON.stringify(said.messages)} ${JSON.stringify(last.reason)}`,
      );
      assert.ok(performance.now() < deadline, `it took too long: ${JSON.stringify(last)}`);
      if (!last.more) await wait(20);
    }
  }

  async clear(): Promise<void> {
    try {
      const runtime = await this.runtime();
      for (const handle of this.#handles)
        await runtime.cancel(handle, { graceSeconds: 0 }).catch(() => undefined);
    } finally {
      for (const runtime of this.#runtimes) await runtime.close();
      await this.harness.close();
    }
  }
}

export interface Said {
  readonly last: Observation;
  readonly logs: readonly LogRecord[];
  readonly metrics: readonly MetricsRecord[];
  readonly messages: readonly string[];
}
