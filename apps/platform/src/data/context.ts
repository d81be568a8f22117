import type { Database } from '../database/index.ts';
import type { Events } from '../events/index.ts';
import type { Objects } from '../objects/index.ts';
import type { Senders } from './senders.ts';

export interface Logger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface DataSettings {
  readonly maximumUploadBytes: number;
  /** Exact decimal text. */
  readonly uploadCreditsPerGb: string;
  readonly analysisTimeoutSeconds: number;
  readonly analysisMemoryMb: number;
  /** How many files are analysed side by side. */
  readonly analysisProcesses: number;
  /** Where analysis works; what is in it when the platform starts is removed. */
  readonly analysisFolder: string;
  /** The STAC API with the collection of Sentinel-2 that cloud cover is asked of; none is asked without it. */
  readonly sentinel2Archive?: string | undefined;
  /** Whether downloads are led on to the store of objects, where it has addresses of its own. */
  readonly redirectDownloads?: boolean;
}

/** What every part of the subject shares. */
export interface Context {
  readonly database: Database;
  readonly objects: Objects;
  readonly events: Events;
  readonly log: Logger;
  readonly settings: DataSettings;
  /** What this platform is called, the same after a restart: its claims bear the name. */
  readonly nodeId: string;
  /** Signs the addresses of uploads and downloads. */
  readonly key: Uint8Array;
  /** Who sends the bytes of which file. */
  readonly senders: Senders;
}
