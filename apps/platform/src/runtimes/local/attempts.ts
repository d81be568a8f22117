import type { LogRecord, LogStream, MetricsRecord } from '../runtime.ts';

export type { LogRecord, LogStream, MetricsRecord };

/**
 * What a runtime of one machine is built upon: something that runs a command in a folder that is laid out, and knows
 * folders and processes. `createLocalRuntime` makes a runtime of it, with staging and collection.
 */

/** What a component may use. */
export interface AttemptResources {
  /** Processors, fractions allowed. */
  cpu: number;
  memoryMb: number;
  /** Everything written: outputs, scratch, storage, temporary files and the log. */
  storageGb: number;
}

export interface AttemptSpec {
  /** A UUID. The same id is never run twice. */
  attemptId: string;
  /** Absolute; job.json, inputs/, outputs/, scratch/ and storage/ are already there, as real files, not links. */
  folder: string;
  /** Absolute; the service's own code, read-only to the component and its command's working directory for relative arguments. */
  serviceFolder: string;
  /** Further absolute paths that the component may read (its packages, say). */
  readOnly: readonly string[];
  /** Absolute folders that the component may write to, and other attempts too. */
  shared?: readonly string[];
  /**
   * The program and its arguments; `node` is the platform's own Node. An argument that names a file of the
   * service folder is made absolute, since the working directory is the attempt's folder.
   */
  command: readonly string[];
  /** All that the component sees besides PATH, HOME, LANG, TZ, TMPDIR and FUSION_JOB_DIR. */
  environment: Readonly<Record<string, string>>;
  resources: AttemptResources;
  network: boolean;
  timeoutSeconds?: number;
}

/** Names an attempt, also after restarts; plain JSON. */
export interface AttemptHandle {
  runtime: string;
  attemptId: string;
  folder: string;
}

/** Who put an end to it: the component itself, a call to stop, or one of its limits. */
export type EndedBy = 'itself' | 'stop' | 'timeout' | 'memory' | 'storage' | 'launch-failure';

export interface AttemptRunning {
  state: 'running';
}

export interface AttemptEnded {
  state: 'ended';
  /** Null when a signal ended it or it could not be launched. */
  exitCode: number | null;
  signal: string | null;
  endedBy: EndedBy;
  outOfMemory: boolean;
  startedAt: string;
  endedAt: string;
  /** Null where the system does not tell. */
  peakMemoryBytes: number | null;
  peakStorageBytes: number;
  cpuSeconds: number | null;
  /** Whether nothing is left that could still write to its folder. */
  sandboxed: boolean;
}

/** It was started but neither runs nor left a result: the machine or its supervisor went down. It can be run again under a new id. */
export interface AttemptGone {
  state: 'gone';
  reason: string;
}

export type AttemptState = AttemptRunning | AttemptEnded | AttemptGone;

/** Records from one offset on; store `nextOffset` in the transaction that stores the records, and each is read exactly once. */
export interface Batch<T> {
  records: T[];
  nextOffset: number;
  /** Set where it ends at a bound, of records or of bytes, and there may be more already. */
  more?: boolean;
}

export interface AttemptStatus {
  /** 0 to 100. */
  progress: number | null;
  comment: string | null;
  transfer: { s3: number; gcs: number; external: number; internal: number };
}

/** What is new: log records, metrics, another status, or that it has ended (or is gone). */
export type AttemptNews = 'logs' | 'metrics' | 'status' | 'ended';

export interface LimitDescription {
  enforced: boolean;
  how: string;
}

export interface RuntimeDescription {
  name: string;
  sandbox: 'bubblewrap' | 'container' | 'none';
  limits: { cpu: LimitDescription; memory: LimitDescription; storage: LimitDescription };
  /** Sentences for the person who runs the platform. */
  warnings: string[];
}

export interface CallOptions {
  signal?: AbortSignal | undefined;
}

export interface LocalAttempts {
  readonly name: string;

  /** Absolute: where it keeps what it knows of attempts. */
  readonly stateFolder: string;

  /** What it isolates and enforces on this machine. */
  describe(options?: CallOptions): Promise<RuntimeDescription>;

  /**
   * Starts the attempt, or finds the one that was started under this id, however it stands now.
   * Throws RuntimeError `invalid_attempt` or `runtime_unavailable`; after the latter it may or may not have been started: call again.
   */
  start(spec: AttemptSpec, options?: CallOptions): Promise<AttemptHandle>;

  inspect(handle: AttemptHandle): Promise<AttemptState>;

  /**
   * At most `limit` records (1,000 by default), and fewer where they are long, from the byte `fromOffset` on; an empty
   * batch when there are no more yet.
   */
  readLogs(
    handle: AttemptHandle,
    fromOffset: number,
    options?: { limit?: number },
  ): Promise<Batch<LogRecord>>;

  readMetrics(
    handle: AttemptHandle,
    fromOffset: number,
    options?: { limit?: number },
  ): Promise<Batch<MetricsRecord>>;

  /** What the component says of itself; null when it has said nothing, or nothing that makes sense. */
  readStatus(handle: AttemptHandle): Promise<AttemptStatus | null>;

  /**
   * SIGTERM to the whole tree, SIGKILL after `graceSeconds` (10 by default). Resolves once it has ended and its log is
   * complete. Harmless when repeated or late; a shorter grace overrules a longer one.
   */
  stop(handle: AttemptHandle, options?: { graceSeconds?: number } & CallOptions): Promise<void>;

  /**
   * Calls `listener` as there is something new, each kind once at the beginning, and `ended` last.
   * Resolves after `ended` or when the signal is aborted.
   */
  watch(handle: AttemptHandle, listener: (news: AttemptNews) => void, options?: CallOptions): Promise<void>;

  /** Forgets what the runtime itself keeps of an ended attempt (logs, metrics, result); its folder is the caller's. */
  remove(handle: AttemptHandle): Promise<void>;

  /** Lets go. What runs goes on running. */
  close(): Promise<void>;
}
