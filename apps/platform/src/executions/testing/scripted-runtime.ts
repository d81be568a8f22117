import { Readable } from 'node:stream';

import type { Objects } from '../../objects/index.ts';
import { RuntimeError } from '../../runtimes/index.ts';
import type { AttemptHandle, Job, Observation, Runtime } from '../../runtimes/index.ts';

/** How a test lets an attempt end. */
export type ScriptedEnd =
  | 'well'
  | 'failed'
  | 'transient'
  | 'outOfMemory'
  | 'killed'
  | 'gone'
  | 'withoutOutput';

interface Attempt {
  readonly job: Job;
  readonly handle: AttemptHandle;
  end: ScriptedEnd | 'cancelled' | null;
  /** Whether its command has begun. */
  begun: boolean;
  progress: number;
}

/** A runtime whose attempts end when and how a test says, and that knows what runs. */
export interface ScriptedRuntime extends Runtime {
  /** The jobs of the attempts that run. */
  running(): readonly Job[];
  /** Lets an attempt end. */
  end(attemptId: string, how: ScriptedEnd): void;
  report(attemptId: string, progress: number): void;
  /** Lets the command of one that is queued begin. */
  begin(attemptId: string): void;
  /** Its machine is lost, with all that ran on it. */
  crash(): void;
  readonly submitted: ReadonlySet<string>;
}

const usage = { peakMemoryBytes: 1, peakStorageBytes: 1, cpuSeconds: 0 };
const nothing = { success: null, exitType: null, abortReason: null };

export function createScriptedRuntime(
  nodeId: string,
  objects: Pick<Objects, 'put'>,
  queues = false,
): ScriptedRuntime {
  const attempts = new Map<string, Attempt>();
  const submitted = new Set<string>();
  const listeners = new Set<(ids: readonly string[]) => void>();
  const hint = (id: string): void => listeners.forEach((listener) => listener([id]));
  const runtime: ScriptedRuntime = {
    name: 'scripted',
    queues,
    submitted,
    running: () => [...attempts.values()].filter(({ end }) => end === null).map(({ job }) => job),
    end: (id, how) => {
      const attempt = attempts.get(id);
      if (attempt) attempt.end ??= how;
      hint(id);
    },
    report: (id, progress) => {
      const attempt = attempts.get(id);
      if (attempt) attempt.progress = progress;
      hint(id);
    },
    begin: (id) => {
      const attempt = attempts.get(id);
      if (attempt) attempt.begun = true;
      hint(id);
    },
    crash: () => attempts.clear(),
    describe: async () => ({
      name: 'scripted',
      reach: 'host',
      capacity: 'own',
      isolation: 'none',
      limits: {
        cpu: { enforced: false, how: '' },
        memory: { enforced: false, how: '' },
        storage: { enforced: false, how: '' },
        network: { enforced: false, how: '' },
      },
      programs: ['command'],
      warnings: [],
    }),
    submit: async (job) => {
      const handle = { runtime: 'scripted', attemptId: job.attemptId, nodeId, data: {} };
      if (!attempts.has(job.attemptId)) {
        if (submitted.has(job.attemptId)) throw new Error(`attempt ${job.attemptId} would run twice`);
        submitted.add(job.attemptId);
        attempts.set(job.attemptId, { job, handle, end: null, begun: !queues, progress: 0 });
      }
      return handle;
    },
    observe: async (requests) => requests.map(({ handle }) => observationOf(handle, attempts)),
    watch: async (listener, { signal }) => {
      listeners.add(listener);
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      listeners.delete(listener);
    },
    cancel: async ({ attemptId }) => {
      const attempt = attempts.get(attemptId);
      if (attempt) attempt.end ??= 'cancelled';
      hint(attemptId);
    },
    collect: async ({ attemptId }, { outputPrefix }) => {
      const attempt = attempts.get(attemptId);
      if (!attempt) throw new RuntimeError('invalid_attempt', 'it is gone');
      const outputs = new Map();
      if (outputPrefix !== null && attempt.end === 'well')
        for (const { number, fileType } of attempt.job.outputs) {
          const key = `${outputPrefix}-${number}-1`;
          const bytes = Buffer.from(`made by ${attemptId}`);
          const object = await objects.put(key, Readable.from([bytes]), { length: bytes.length });
          outputs.set(number, [
            { name: 'result.csv', fileType, object: { key, ...object }, title: null, description: null },
          ]);
        }
      const outcome =
        attempt.end === 'transient'
          ? { ...nothing, success: false, exitType: 'transient', abortReason: 'busy' }
          : nothing;
      return { outcome, outputs, storage: null, dispatched: [], warnings: [] };
    },
    forget: async ({ attemptId }) => void attempts.delete(attemptId),
    adopt: async () => [...attempts.values()].map(({ handle }) => handle),
    close: async () => {},
  };
  return runtime;
}

function observationOf({ attemptId }: AttemptHandle, attempts: ReadonlyMap<string, Attempt>): Observation {
  const attempt = attempts.get(attemptId);
  const end = attempt ? attempt.end : 'gone';
  const moment = new Date().toISOString();
  const common = {
    attemptId,
    node: null,
    imageDigest: null,
    startedAt: attempt?.begun === false ? null : moment,
    usage,
    logs: [],
    metrics: [],
    status: { progress: attempt?.progress ?? null, comment: null },
    cursor: '1',
    more: false,
  } as const;
  const ended = { ...common, state: 'ended', endedAt: moment, exitCode: null } as const;
  switch (end) {
    case null:
      if (attempt?.begun === false) {
        const evidence = { position: attempt.progress, message: 'Priority', job: '1' };
        const reason = { code: 'queue', evidence } as const;
        return { ...common, status: null, state: 'queued', reason, exitCode: null, endedAt: null };
      }
      return { ...common, state: 'running', reason: null, exitCode: null, endedAt: null };
    case 'well':
    case 'withoutOutput':
      return { ...ended, reason: { code: 'exited', evidence: { exitCode: 0 } }, exitCode: 0 };
    case 'failed':
    case 'transient':
      return { ...ended, reason: { code: 'exited', evidence: { exitCode: 1 } }, exitCode: 1 };
    case 'outOfMemory':
      return { ...ended, reason: { code: 'out_of_memory', evidence: { limitMb: 1, peakBytes: 1 } } };
    case 'killed':
      return { ...ended, reason: { code: 'signalled', evidence: { signal: 'SIGKILL' } } };
    case 'cancelled':
      return { ...ended, reason: { code: 'cancelled', evidence: {} } };
    case 'gone':
      return { ...common, state: 'gone', reason: null, exitCode: null, endedAt: null };
  }
}
