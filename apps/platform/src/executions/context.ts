import type { Database, Queries } from '../database/index.ts';
import type { Events } from '../events/index.ts';
import type { Runtime } from '../runtimes/index.ts';
import type { ExecutionRow } from './rows.ts';

export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface ExecutionsSettings {
  /** Absolute; a folder an attempt is made in it. */
  readonly attemptsFolder: string;
  /** How many components run at once, on all platforms that share the database together. */
  readonly slots: number;
  /** How long after its last execution a run-once process turns to stop. */
  readonly stopDelaySeconds: number;
  /** The variables from which a service gets those that it lists. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Absolute paths that every component may read besides its service's folder: the packages that services use. */
  readonly readOnly: readonly string[];
  /** Names this platform among those on the same database, across its restarts. Without it a file of the attempts folder does. */
  readonly host?: string;
  /** After how long another platform takes over what a silent one was doing; 60 s unless given. */
  readonly leaseSeconds?: number;
  /** How often the engine looks although nobody told it to; 5 s unless given. */
  readonly resyncSeconds?: number;
}

export interface StoredFile {
  readonly name: string;
  readonly fileType: string;
  readonly objectKey: string;
  readonly size: number;
  readonly sha256: string;
  readonly title: string | null;
  readonly description: string | null;
}

/** What the engine needs of the data subject. */
export interface EngineData {
  prepareOutput(
    tx: Queries,
    output: {
      readonly id: string;
      readonly organisationId: string;
      readonly name: string;
      readonly executionId: string;
      readonly processId: string;
    },
  ): Promise<void>;
  fulfil(tx: Queries, dataId: string, files: readonly StoredFile[]): Promise<void>;
  filesForJob(
    queries: Queries,
    dataId: string,
  ): Promise<
    readonly {
      readonly name: string;
      readonly fileType: string;
      readonly objectKey: string;
      readonly size: number | null;
      readonly crs: string | null;
    }[]
  >;
  regionOf(dataId: string): Promise<unknown>;
  ready(queries: Queries, dataIds: readonly string[]): Promise<boolean>;
  removeOf(tx: Queries, executionId: string): Promise<readonly string[]>;
}

/** What the engine needs of where file bytes are. */
export interface EngineObjects {
  adopt(key: string, path: string): Promise<{ readonly size: number; readonly sha256: string }>;
  localPath(key: string): string;
  remove(key: string): Promise<void>;
}

/** What the engine needs of the catalogue. */
export interface EngineCatalogue {
  manifest(queries: Queries, serviceId: string): Promise<EngineManifest>;
}

export interface EngineManifest {
  readonly name: string;
  readonly version: number;
  readonly folder: string;
  readonly command: readonly string[];
  readonly environment: readonly { readonly name: string; readonly default: string | null }[];
  readonly urls: readonly string[];
  readonly cidrs: readonly string[];
}

/** What every part of the engine shares. */
export interface Context {
  readonly database: Database;
  readonly events: Events;
  readonly objects: EngineObjects;
  readonly data: EngineData;
  readonly catalogue: EngineCatalogue;
  readonly processes: EngineProcesses;
  readonly runtime: Runtime;
  /** Whether components cannot touch the files that they read. */
  readonly sandboxed: boolean;
  readonly host: string;
  readonly settings: Required<Omit<ExecutionsSettings, 'host'>>;
  readonly log: Logger;
  /** Told of each component that ended here. */
  readonly onEnded: (ended: {
    readonly service: string;
    readonly result: string;
    readonly seconds: number;
  }) => void;
}

/** What the engine needs of a stored process. */
export interface EngineProcess {
  readonly id: string;
  readonly organisation_id: string;
  readonly name: string;
  readonly process_status: string;
  readonly run_type: string;
  readonly repeat_start: string;
  readonly output_storage_period: number | null;
}

export interface PlannedInput {
  readonly number: number;
  readonly fileType: string;
  readonly title: string | null;
  /** A data item of the process, or the output of an earlier component. */
  readonly from:
    | { readonly kind: 'data'; readonly dataId: string | null }
    | { readonly kind: 'output'; readonly chainIndex: number; readonly output: number };
}

export interface PlannedComponent {
  readonly serviceId: string;
  readonly ssdId: string;
  readonly imageId: string;
  readonly name: string;
  readonly intermediate: boolean;
  readonly resources: { readonly cpu: number; readonly memoryMb: number; readonly storageGb: number };
  /** As job.json carries them. */
  readonly jobOptions: Readonly<Record<string, string | number | boolean | null>>;
  /** As the API shows them. */
  readonly options: readonly {
    readonly name: string;
    readonly value: string | null;
    readonly data_type: string;
    readonly validation: string | null;
  }[];
  readonly inputs: readonly PlannedInput[];
  readonly outputs: readonly { readonly number: number; readonly name: string; readonly file_type: string }[];
}

/** What a run of a process consists of. */
export interface EnginePlan {
  /** Exact decimal text. */
  readonly price: string;
  readonly options: ExecutionRow['options'];
  /** In chain order. */
  readonly components: readonly PlannedComponent[];
}

/** What the engine needs of the processes subject. */
export interface EngineProcesses {
  load(
    tx: Queries,
    organisationId: string,
    processId: string,
    options?: { readonly lock?: boolean },
  ): Promise<EngineProcess>;
  plan(tx: Queries, process: EngineProcess): Promise<EnginePlan>;
  setStatus(tx: Queries, processId: string, status: 'execute' | 'stop', userId: string | null): Promise<void>;
  remove(tx: Queries, processId: string): Promise<void>;
}
