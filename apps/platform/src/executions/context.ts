import type { Catalogue } from '../catalogue/index.ts';
import type { Data } from '../data/index.ts';
import type { Database } from '../database/index.ts';
import type { Events, Notifications } from '../events/index.ts';
import type { Objects } from '../objects/index.ts';
import type { Processes } from '../processes/index.ts';
import type { Runtime } from '../runtimes/index.ts';
import type { EngineSettings } from './settings.ts';

export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Lets drivers hear that an attempt may have news: it has logged, changed its state or ended. */
export interface AttemptHints {
  /** @returns a function that ends the subscription */
  readonly subscribe: (attemptId: string, heard: () => void) => () => void;
  readonly close: () => Promise<void>;
}

/**
 * What the engine is put together from. A function asks for what it needs of it (`Pick`); only the loop and the steps that
 * lead through all subjects take the whole.
 */
export interface Context {
  readonly database: Database;
  readonly events: Events;
  readonly objects: Pick<Objects, 'size' | 'withFile' | 'remove'>;
  readonly data: Pick<
    Data,
    | 'prepareOutputs'
    | 'storeRegions'
    | 'addRegions'
    | 'discardRegions'
    | 'copyFiles'
    | 'addCopies'
    | 'discardCopies'
    | 'contentsOf'
    | 'keep'
    | 'fulfil'
    | 'filesForJob'
    | 'regionOf'
    | 'ready'
    | 'removeOf'
    | 'refuseRemoval'
    | 'hold'
    | 'removeKept'
  >;
  readonly catalogue: Pick<Catalogue, 'manifest'>;
  readonly processes: Pick<
    Processes,
    'load' | 'plan' | 'moveSchedule' | 'setStatus' | 'remove' | 'scheduleOf'
  >;
  readonly runtime: Runtime;
  /** The hints of the runtime that an attempt may have news. */
  readonly hints: AttemptHints;
  readonly nodeId: string;
  readonly settings: EngineSettings;
  readonly log: Logger;
  /** Tells users what has happened, by mail and webhook, once the transaction is committed. */
  readonly notify: Notifications['notify'];
  /** Told of each component that ended here. */
  readonly onEnded: (ended: {
    readonly service: string;
    readonly result: string;
    readonly seconds: number;
  }) => void;
}
