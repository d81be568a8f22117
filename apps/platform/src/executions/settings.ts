/** How the engine of one node is set up. */
export interface ExecutionsSettings {
  /** Absolute: this platform keeps its name among those on the same database in it. */
  readonly attemptsFolder: string;
  /** How many components run at once, or are in the queue of a cluster, on this node. */
  readonly slots: number;
  /** How much memory components may be given at once, in MiB, on this node. */
  readonly memoryMb: number;
  /** The ids of the services that this node has in its folders; without it, it runs all. */
  readonly services?: readonly string[];
  /** Whether attempts can be driven by their own node alone, as by default, or by any. */
  readonly reach?: 'host' | 'cluster';
  /** How many executions of one group run at once. */
  readonly groupExecutions: number;
  /** How long before it is deleted users are warned of it. */
  readonly warningDays: number;
  /** How long after its last execution a run-once process turns to stop. */
  readonly stopDelaySeconds: number;
  /** The variables from which a service gets those that it lists. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Megabytes of remote files that the components of each service of an organisation keep for each other; 0 for none. */
  readonly blockCacheMegabytes?: number;
  /** Names this platform among those on the same database, across its restarts. Without it a file of the attempts folder does. */
  readonly nodeId?: string;
  /** After how long without a sign of life the work of a node is claimed by another; 60 s by default. */
  readonly leaseSeconds?: number;
  /** How long after a passing fault a component is tried again, the first time; 5 s by default. */
  readonly retryDelaySeconds?: number;
  /** How often the engine looks for work without having been notified; 5 s by default. */
  readonly resyncSeconds?: number;
}

/** The same with everything that may be left out. */
export type EngineSettings = Required<Omit<ExecutionsSettings, 'nodeId' | 'services' | 'reach'>> &
  Pick<ExecutionsSettings, 'services' | 'reach'>;

export const defaultSettings = {
  leaseSeconds: 60,
  resyncSeconds: 5,
  retryDelaySeconds: 5,
  blockCacheMegabytes: 0,
} as const;
