import type { Process } from '@fusion-platform/contract';
import type { Geometry } from 'geojson';

import type { Manifest } from '../catalogue/index.ts';
import type { CopiedFiles, StoredRegions } from '../data/index.ts';
import type { Database, Queries } from '../database/index.ts';
import type { Events, Notifications } from '../events/index.ts';
import type { MovedSchedule, Schedule } from '../processes/index.ts';
import type { Runtime } from '../runtimes/index.ts';
import type { ExecutionRow } from './rows.ts';

export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface ExecutionsSettings {
  /** Absolute: this platform keeps its name among those on the same database in it. */
  readonly attemptsFolder: string;
  /** How many components run at once, or are in the queue of a cluster, on all platforms that share the database together. */
  readonly slots: number;
  /** How much memory components may be given at once, in megabytes, on all platforms together. */
  readonly memoryMb: number;
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
  /** After how long another platform takes over what a silent one was doing; 60 s unless given. */
  readonly leaseSeconds?: number;
  /** How long after a passing fault a component is tried again, the first time; 5 s unless given. */
  readonly retryDelaySeconds?: number;
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

export interface PreparedOutput {
  readonly id: string;
  readonly organisationId: string;
  readonly name: string;
  readonly executionId: string;
  readonly processId: string;
}

export interface PreparedRegion extends PreparedOutput {
  readonly fileName: string;
  readonly geometry: Geometry;
}

/** What the engine needs of the data subject. */
export interface EngineData {
  prepareOutputs(tx: Queries, outputs: readonly PreparedOutput[]): Promise<void>;
  /** Stores the bytes of slices of a region; `addRegions` makes data items of them that are ready at once. */
  storeRegions(regions: readonly PreparedRegion[]): Promise<StoredRegions>;
  addRegions(tx: Queries, stored: StoredRegions): Promise<void>;
  discardRegions(stored: StoredRegions): Promise<void>;
  /** Copies the bytes of an item's files for another; `addCopies` makes them files of that item. */
  copyFiles(from: string, to: string): Promise<CopiedFiles>;
  addCopies(tx: Queries, to: string, copies: CopiedFiles): Promise<void>;
  discardCopies(copies: CopiedFiles): Promise<void>;
  /** What the contents of an item are, whatever it is called: changes when they do. */
  contentsOf(queries: Queries, dataIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Keeps one file as the item with this id, in place of what it had. */
  keep(
    tx: Queries,
    item: {
      readonly id: string;
      readonly organisationId: string;
      readonly processId: string;
      readonly name: string;
      readonly file: StoredFile;
    },
  ): Promise<void>;
  fulfil(
    tx: Queries,
    dataId: string,
    files: readonly StoredFile[],
    maker: { readonly name: string; readonly version: number; readonly executionId: string } | null,
  ): Promise<void>;
  /** In the form that a component of `wantedType` is best given. */
  filesForJob(
    queries: Queries,
    dataId: string,
    wantedType?: string,
  ): Promise<
    readonly {
      readonly name: string;
      readonly fileType: string;
      readonly objectKey: string;
      readonly size: number | null;
      readonly crs: string | null;
    }[]
  >;
  regionOf(queries: Queries, dataId: string): Promise<unknown>;
  ready(queries: Queries, dataIds: readonly string[]): Promise<boolean>;
  removeOf(tx: Queries, executionId: string): Promise<readonly string[]>;
  /** Removes what was kept from run to run of a process. */
  removeKept(tx: Queries, processId: string): Promise<readonly string[]>;
}

/** What the engine needs of where file bytes are. */
export interface EngineObjects {
  copy(from: string, to: string): Promise<unknown>;
  /** Bytes. */
  size(key: string): Promise<number>;
  /** Lends a file with the object's bytes. */
  withFile<T>(key: string, use: (path: string) => Promise<T>): Promise<T>;
  remove(key: string): Promise<void>;
}

/** What the engine needs of the catalogue. */
export interface EngineCatalogue {
  manifest(queries: Queries, serviceId: string): Promise<EngineManifest>;
}

export interface EngineManifest extends Pick<Manifest, 'actions'> {
  readonly serviceId: string;
  readonly ssdId: string;
  readonly name: string;
  readonly version: number;
  readonly folder: string;
  /** Null only where there is an image. */
  readonly command: readonly string[] | null;
  readonly image: string | null;
  readonly environment: readonly { readonly name: string; readonly default: string | null }[];
  readonly urls: readonly string[];
  readonly cidrs: readonly string[];
  readonly retries: {
    readonly lost: number;
    readonly out_of_memory: number;
    readonly transient: number;
  };
}

export type Notify = Notifications['notify'];

/** Who wants to know that there may be something new of an attempt. */
export interface AttemptHints {
  /** @returns what ends it */
  readonly hear: (attemptId: string, heard: () => void) => () => void;
  readonly close: () => Promise<void>;
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
  /** What is new of the attempts that the runtime has. */
  readonly hints: AttemptHints;
  readonly nodeId: string;
  readonly settings: Required<Omit<ExecutionsSettings, 'nodeId'>>;
  readonly log: Logger;
  /** Tells users what has happened, by mail and webhook, once the transaction is committed. */
  readonly notify: Notify;
  /** Told of each component that ended here. */
  readonly onEnded: (ended: {
    readonly service: string;
    readonly result: string;
    readonly seconds: number;
  }) => void;
}

type Filled<T> = Exclude<T, null | undefined>;

/** What the engine needs of a stored process. */
export interface EngineProcess {
  readonly id: string;
  readonly organisation_id: string;
  readonly ssd_id: string;
  readonly name: string;
  readonly inputs: Filled<Process['inputs']>;
  readonly process_status: string;
  readonly run_type: string;
  readonly repeat_count: number;
  readonly repeat_start: string;
  readonly repeat_end: string | null;
  readonly repeat_gap: Filled<Process['repeat_gap']> | null;
  readonly repeat_offset: Filled<Process['repeat_offset']> | null;
  readonly schedule_start: string | null;
  readonly schedule_runs: number;
  readonly output_storage_period: number | null;
  readonly updated_at: string;
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

/** What any component of a run is made of. */
export interface PlannedService {
  readonly serviceId: string;
  readonly ssdId: string;
  readonly imageId: string;
  readonly name: string;
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
}

interface PlannedOutput {
  readonly number: number;
  readonly name: string;
  readonly file_type: string;
  /** It may stay without a file. */
  readonly optional: boolean;
}

export interface PlannedComponent extends PlannedService {
  readonly intermediate: boolean;
  readonly inputs: readonly PlannedInput[];
  readonly outputs: readonly PlannedOutput[];
  /** For the whole region: exact decimal text. */
  readonly price: string;
}

/** An execution that puts slices together: one component, each of whose inputs gathers an output of a component. */
export interface PlannedAggregation extends PlannedService {
  readonly inputs: readonly {
    readonly number: number;
    readonly fileType: string;
    readonly title: string | null;
    readonly chainIndex: number;
    readonly output: number;
  }[];
  readonly outputs: readonly PlannedOutput[];
  readonly price: string;
}

export interface PlannedDispatcher extends PlannedService {
  readonly intermediateToo: boolean;
  readonly condition: string | null;
}

/** What a run of a process consists of. */
export interface EnginePlan {
  readonly options: ExecutionRow['options'];
  /** In chain order. */
  readonly components: readonly PlannedComponent[];
  readonly regionDataId: string | null;
  /** What each execution works on; null when the region is not cut. */
  readonly slices: readonly Geometry[] | null;
  readonly aggregations: readonly PlannedAggregation[];
  readonly dispatchers: readonly PlannedDispatcher[];
  readonly reuse: boolean;
}

/** What the engine needs of the processes subject. */
export interface EngineProcesses {
  load(
    tx: Queries,
    organisationId: string,
    processId: string,
    options?: { readonly lock?: boolean },
  ): Promise<EngineProcess>;
  plan(process: Pick<EngineProcess, 'id' | 'organisation_id'>): Promise<EnginePlan>;
  moveSchedule(tx: Queries, processId: string, moved: MovedSchedule): Promise<void>;
  setStatus(tx: Queries, processId: string, status: 'execute' | 'stop', userId: string | null): Promise<void>;
  remove(tx: Queries, processId: string): Promise<void>;
  scheduleOf(process: EngineProcess, start: string): Schedule;
}
