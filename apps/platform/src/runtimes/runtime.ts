/**
 * What the engine and a runtime say to each other.
 *
 * A runtime is where an attempt of a component runs: a sandboxed process on this machine, a container behind a
 * Docker-compatible socket, a job of Slurm, a Job of Kubernetes. The engine gives it a job as data, with inputs as
 * references to stored objects, and gets facts back: how the attempt stands, what is new of its logs, metrics and status,
 * and in the end its outputs as stored objects. The engine sees no path, no process id and no byte offset. A runtime knows
 * no database, no credits and no policy: whether an attempt is tried again is for the engine to decide.
 *
 * Everything here is plain JSON data, so that it outlives the platform: after a restart the engine asks for the same
 * attempts by the handles that it wrote down.
 */

/** A stored object: see `objects/`. */
export interface ObjectReference {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** Lower-case hexadecimal; null where it was never computed. */
  readonly sha256: string | null;
}

/** An input file: where it is stored, and where the service finds it. */
export interface JobInput {
  /** Relative to the folder of the attempt, with `/`: `inputs/1/scene.tif`. As job.json says it. */
  readonly path: string;
  readonly object: ObjectReference;
}

/** An output of the service: its files are read from `outputs/<number>/`. */
export interface JobOutput {
  readonly number: number;
  /** The type that the service declares. */
  readonly fileType: string;
}

/** What runs. */
export type Program =
  /** A command in the service's own folder, which each node resolves from `serviceId` by itself. */
  | { readonly kind: 'command'; readonly command: readonly string[] }
  /**
   * An image. With `digest` it runs that one and no other: what an approved service was approved with, and what earlier
   * attempts of the component ran. Where the name stands for another by now, it does not run.
   */
  | {
      readonly kind: 'image';
      readonly image: string;
      readonly digest: string | null;
      /** Overrides the image's own; null keeps it. */
      readonly command: readonly string[] | null;
    };

export interface JobResources {
  /** Processors, fractions allowed. */
  readonly cpu: number;
  /** Numbers of them. */
  readonly gpu: number;
  readonly memoryMb: number;
  /** All that it writes: outputs, scratch, kept storage, temporary files and its log. */
  readonly storageGb: number;
  /** Wall-clock time; null: no limit. */
  readonly timeoutSeconds: number | null;
}

export type JobNetwork =
  | { readonly kind: 'none' }
  /** The hosts of these URLs and these address ranges, and DNS. A runtime that cannot enforce it says so in `describe`. */
  | { readonly kind: 'restricted'; readonly urls: readonly string[]; readonly cidrs: readonly string[] };

/** One attempt, as the engine asks for it. */
export interface Job {
  /** A UUID. The same id never runs twice at once. */
  readonly attemptId: string;
  /** For labels and accounting of the engine underneath; nothing is looked up by them. */
  readonly ids: {
    readonly organisationId: string;
    readonly processId: string;
    readonly executionId: string;
    readonly componentId: string;
    readonly groupId: string | null;
  };
  readonly service: {
    readonly id: string;
    readonly ssdId: string;
    readonly name: string;
    readonly version: number;
  };
  readonly program: Program;
  /** Besides PATH, HOME, LANG, TZ, TMPDIR and FUSION_JOB_DIR. Secrets may be among the values: never logged. */
  readonly environment: Readonly<Record<string, string>>;
  readonly resources: JobResources;
  readonly network: JobNetwork;
  /** The content of job.json. */
  readonly document: Readonly<Record<string, unknown>>;
  readonly inputs: readonly JobInput[];
  /** Of all inputs, also those without a file: the service finds a folder for each. */
  readonly inputNumbers: readonly number[];
  readonly outputs: readonly JobOutput[];
  /** What the service kept at the end of the last run of its process: a storage.tar.gz. */
  readonly storage: ObjectReference | null;
  /** A folder that components of one service and organisation share as a cache of remote files; null: none. */
  readonly sharedCache: { readonly name: string; readonly megabytes: number } | null;
}

/** Names an attempt in its runtime. Written down with the attempt, and given back as it is. */
export interface AttemptHandle {
  readonly runtime: string;
  readonly attemptId: string;
  /** The node of this platform that drives it, where only that node can; null where any can. */
  readonly nodeId: string | null;
  /** The runtime's own: a container's id, a job's number. */
  readonly data: Readonly<Record<string, string | number | boolean | null>>;
}

/**
 * - `queued`: accepted; it waits for the runtime (its queue, an image, a node). `reason` says for what
 * - `running`: its command has begun
 * - `ended`: its command runs no more and will not run again; its log is complete
 * - `gone`: accepted once, but neither runs nor left a result: its node is lost, or it was removed behind our back
 */
export type AttemptState = 'queued' | 'running' | 'ended' | 'gone';

/** Why an attempt waits, or ended or went as it did. A code of the runtime; the engine makes users' reasons of it. */
export type RuntimeReason =
  // Of `queued`.
  | {
      readonly code: 'staging';
      readonly evidence: { readonly bytesDone: number; readonly bytesTotal: number };
    }
  | {
      readonly code: 'image_pulling';
      readonly evidence: {
        readonly image: string;
        readonly bytesDone: number;
        readonly bytesTotal: number | null;
      };
    }
  | {
      readonly code: 'queue';
      /** `position`: how many stand before it, where known; `message`: the cluster's own word (Priority, Resources). */
      readonly evidence: {
        readonly position: number | null;
        readonly message: string | null;
        /** The cluster's own number of the job, by which its tools know it. */
        readonly job: string | null;
      };
    }
  | {
      readonly code: 'unschedulable';
      readonly evidence: { readonly message: string; readonly job: string | null };
    }
  // Of `ended`.
  | { readonly code: 'exited'; readonly evidence: { readonly exitCode: number } }
  | { readonly code: 'signalled'; readonly evidence: { readonly signal: string } }
  | {
      readonly code: 'out_of_memory';
      readonly evidence: { readonly limitMb: number; readonly peakBytes: number | null };
    }
  | {
      readonly code: 'storage_exceeded';
      readonly evidence: { readonly limitGb: number; readonly peakBytes: number };
    }
  | { readonly code: 'timed_out'; readonly evidence: { readonly limitSeconds: number } }
  | { readonly code: 'cancelled'; readonly evidence: Readonly<Record<string, never>> }
  | { readonly code: 'cannot_start'; readonly evidence: { readonly message: string } }
  | {
      readonly code: 'image_unavailable';
      readonly evidence: { readonly image: string; readonly message: string };
    }
  /** An input could not be staged: it is not in the store, or its checksum is another one. */
  | {
      readonly code: 'input_unavailable';
      readonly evidence: { readonly path: string; readonly message: string };
    }
  // Of `gone`.
  | {
      readonly code: 'node_lost';
      readonly evidence: { readonly node: string | null; readonly message: string };
    }
  | {
      readonly code: 'preempted';
      readonly evidence: { readonly node: string | null; readonly message: string };
    }
  | { readonly code: 'removed'; readonly evidence: { readonly message: string } };

export type LogStream = 'stdout' | 'stderr';

export interface LogRecord {
  /** ISO 8601 in UTC with microseconds; strictly rising within an attempt. */
  readonly loggedAt: string;
  readonly stream: LogStream;
  readonly message: string;
}

/** One sample; bytes where not said otherwise. The last one is taken at the end, of failed attempts too. */
export interface MetricsRecord {
  readonly date: string;
  readonly memory_total_bytes: number;
  /** Null where it was over before it could be looked at. */
  readonly memory_free_bytes: number | null;
  readonly swap_total_bytes: number;
  readonly swap_free_bytes: number;
  readonly tmp_total_bytes: number;
  readonly tmp_free_bytes: number;
  readonly tmp_used_bytes: number;
  readonly scratch_total_bytes: number;
  readonly scratch_free_bytes: number;
  readonly scratch_used_bytes: number;
  /** Since the sample before, here and below: their sum is what the attempt has transferred. */
  readonly s3_transfer_bytes: number;
  readonly gcs_transfer_bytes: number;
  readonly external_transfer_bytes: number;
  readonly internal_transfer_bytes: number;
  readonly comment: string | null;
  readonly cpu_seconds: number | null;
}

/** What the service says of itself in status.json. */
export interface AttemptStatus {
  /** 0 to 100. */
  readonly progress: number | null;
  readonly comment: string | null;
}

/** How an attempt stands, and what is new since a cursor. */
export interface Observation {
  readonly attemptId: string;
  readonly state: AttemptState;
  /** Null while it runs, and for what waits without a known reason. */
  readonly reason: RuntimeReason | null;
  /** Null when it did not exit by itself, or nobody knows any more: null is not 0. */
  readonly exitCode: number | null;
  /** The machine it runs or ran on, as the engine underneath names it. */
  readonly node: string | null;
  /** Of an image that runs or ran. */
  readonly imageDigest: string | null;
  /** When its command began and ended, ISO 8601. */
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly usage: {
    readonly peakMemoryBytes: number | null;
    readonly peakStorageBytes: number | null;
    readonly cpuSeconds: number | null;
  };
  readonly logs: readonly LogRecord[];
  readonly metrics: readonly MetricsRecord[];
  readonly status: AttemptStatus | null;
  /** To be stored in the transaction that stores the records: then each record is stored exactly once. Opaque. */
  readonly cursor: string;
  /** Whether there is more already: ask again at once. An attempt has said everything when it is `ended` without more. */
  readonly more: boolean;
}

export interface ObserveRequest {
  readonly handle: AttemptHandle;
  /** Of the observation before; null at first. */
  readonly cursor: string | null;
  /** At most so many records of each kind: 500 unless told. */
  readonly records?: number;
}

/** Where `collect` stores what the attempt made. Keys are given, so that storing again after a kill makes no second object. */
export interface CollectPlan {
  /**
   * Of file `index` (from 1) of output `number`: `${outputPrefix}-${number}-${index}`. Null: the outcome alone is wanted,
   * of an attempt that failed: nothing is stored, and `outputs` is empty.
   */
  readonly outputPrefix: string | null;
  /** Where the kept storage goes; null: nothing is kept. */
  readonly storageKey: string | null;
}

export interface CollectedFile {
  readonly name: string;
  readonly fileType: string;
  readonly object: ObjectReference & { readonly sha256: string };
  readonly title: string | null;
  readonly description: string | null;
}

/** What an ended attempt left, durably in the object store. */
export interface Collected {
  /** What outcome.json says; nulls where there is none, or it says nothing of it. */
  readonly outcome: {
    readonly success: boolean | null;
    readonly exitType: string | null;
    readonly abortReason: string | null;
    /** Why outcome.json was passed over, where it was. */
    readonly invalid?: string | undefined;
  };
  /** By number of the output, in the order of their names; an output without a file is not there. */
  readonly outputs: ReadonlyMap<number, readonly CollectedFile[]>;
  readonly storage: CollectedFile | null;
  /** What a dispatcher says that it has sent. */
  readonly dispatched: readonly {
    readonly file: string;
    readonly to: string;
    readonly size: number | null;
    readonly at: string;
  }[];
  /** What was passed over and why, for the component's log. At most twenty. */
  readonly warnings: readonly string[];
}

export interface LimitDescription {
  readonly enforced: boolean;
  readonly how: string;
}

export interface RuntimeDescription {
  readonly name: string;
  /** `host`: only the platform process of that machine can drive its attempts. `cluster`: any platform process can. */
  readonly reach: 'host' | 'cluster';
  /** `own`: the engine counts slots and memory of each node. `external`: the cluster queues, so everything is submitted. */
  readonly capacity: 'own' | 'external';
  readonly isolation: 'bubblewrap' | 'container' | 'cluster' | 'none';
  readonly limits: {
    readonly cpu: LimitDescription;
    readonly memory: LimitDescription;
    readonly storage: LimitDescription;
    readonly network: LimitDescription;
  };
  readonly programs: readonly Program['kind'][];
  /** Sentences for the person who runs the platform. */
  readonly warnings: readonly string[];
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Every call may be repeated. A call that fails throws `RuntimeError`: `runtime_unavailable` (the runtime does not answer;
 * nothing is known; ask again), `invalid_attempt` (the job can never run here; the message says why), `service_gone`, `attempt_running`.
 *
 * How a runtime is written:
 * - One of a single machine that runs commands in folders implements `LocalAttempts` (`local/attempts.ts`) and is made a
 *   runtime by `LocalRuntime`: staging, collection, records and hints are there already. `process/` is one.
 * - Any other implements this. `submit` writes down what `observe` and `collect` will need, below the attempt's id, before it
 *   tells the engine underneath; that is labelled with the id, so that a second `submit` finds the first.
 * - Kubernetes: `submit` creates a Job named after the attempt id (a second create answers 409: found); an init container
 *   stages by signed addresses, a sidecar carries log, samples and status out and stores the outputs. `observe` is one list
 *   of pods by label; cursors are times and counts of what the sidecar wrote. `watch` is a watch of the same label,
 *   `cancel` deletes the pod with its grace period, `adopt` is the list again.
 */
export interface Runtime {
  readonly name: string;
  /**
   * Whether what it has accepted may wait before its command begins: in a queue, or for an image or inputs. Where not, what
   * `submit` has returned runs.
   */
  readonly queues: boolean;

  describe(options?: CallOptions): Promise<RuntimeDescription>;

  /**
   * Which content an image's name stands for now, as `Program.digest` takes it; it may have to come to this machine for
   * that. Missing where no images are run. @throws RuntimeError `image_unavailable`
   */
  imageDigest?(image: string, options?: CallOptions): Promise<string>;

  /**
   * Accepts a job, or finds the one that was accepted under this attempt id, however it stands. A cluster returns at once:
   * staging, pulling and waiting are states that `observe` shows; a runtime of one machine stages first. After
   * `runtime_unavailable` it may or may not have been accepted: submit it again.
   */
  submit(job: Job, options?: CallOptions): Promise<AttemptHandle>;

  /** One observation for each request, in their order. One call for many: a cluster is asked once. At most about 4 MB of records. */
  observe(requests: readonly ObserveRequest[], options?: CallOptions): Promise<readonly Observation[]>;

  /**
   * Calls `listener` with the ids of attempts that may have something new. A hint, never the truth: it may miss and
   * repeat. Resolves when the signal is aborted.
   */
  watch(
    listener: (attemptIds: readonly string[]) => void,
    options: { readonly signal: AbortSignal },
  ): Promise<void>;

  /**
   * SIGTERM to the whole tree, SIGKILL after `graceSeconds` (10 by default). Returns at once; `observe` shows the end.
   * Harmless when repeated or late; a shorter grace overrules a longer one.
   */
  cancel(handle: AttemptHandle, options?: { readonly graceSeconds?: number } & CallOptions): Promise<void>;

  /** Stores what an ended attempt left, and says what there is. Repeatable; nothing of it is published by this. */
  collect(handle: AttemptHandle, plan: CollectPlan, options?: CallOptions): Promise<Collected>;

  /** Removes all that the runtime has of an ended or gone attempt: folder, records, container, job. Refused while it runs. */
  forget(handle: AttemptHandle, options?: CallOptions): Promise<void>;

  /**
   * All attempts that it still knows, after a restart: the engine goes on with those that it knows too, and cancels and
   * forgets the others. Of a `cluster` runtime those of all platforms that share `owner`, a name of the database.
   */
  adopt(options?: CallOptions): Promise<readonly AttemptHandle[]>;

  /** Lets go. What runs goes on running. */
  close(): Promise<void>;
}
