import pLimit from 'p-limit';

import { createLog } from './logger.ts';
import type { Logger, LogLevel } from './logger.ts';
import type { RetryPolicy } from './retry.ts';

/** How a session talks to the platform. Times are in milliseconds. */
export interface ConnectionOptions {
  /** Where the API is. Default `https://api.thefusionplatform.com`; see `apiUrls`. */
  readonly apiUrl?: string;
  /** Used instead of the global `fetch`. Without one of your own, uploads and large downloads in Node go by `node:http`: its
   * `fetch` holds in memory what it uploads, and takes five times the processor time to receive. */
  readonly fetch?: typeof globalThis.fetch;
  /** The longest pause between two requests for the state of what is waited for. Default 5000. */
  readonly pollInterval?: number;
  /**
   * How often a call is tried again. Default 5; 0 never. As long as nothing has ever answered, a call that finds nobody
   * is given up once 5 seconds are over: the address may be wrong, or nothing runs there.
   */
  readonly retries?: number;
  /** The pause before the first and the longest before a later try. Default 500 and 8000. */
  readonly retryDelay?: { readonly minimum?: number; readonly maximum?: number };
  /** How long an answer, or the next piece of a file, may take. Default 60 000. */
  readonly timeout?: number;
  /** How many files are transferred at once. Default 4 each. */
  readonly concurrency?: { readonly uploads?: number; readonly downloads?: number };
  /** Where log records go. Default `console`. Secrets are masked in them. */
  readonly logger?: Logger;
  /** What is logged. Default: as `setLogLevel` says. */
  readonly logLevel?: LogLevel;
  /** Ends everything that the session does when aborted. */
  readonly signal?: AbortSignal;
}

/** Runs tasks in bounded number. */
export type Limit = <T>(task: () => Promise<T>) => Promise<T>;

/** What the models of one session share: the address, the token and what was learnt of the platform. */
export class Connection {
  readonly apiUrl: string;
  readonly fetch: typeof globalThis.fetch;
  /** What the caller gave instead of the global `fetch`. */
  readonly ownFetch: typeof globalThis.fetch | undefined;
  readonly pollInterval: number;
  readonly timeout: number;
  readonly policy: RetryPolicy;
  readonly log: Logger;
  readonly signal: AbortSignal | undefined;
  readonly uploads: Limit;
  readonly downloads: Limit;
  /** Whether a repeated call with the same key takes effect once: the platform says so in its answers. */
  idempotencyKeys = false;
  /** Whether the platform has answered anything yet. */
  hasAnswered = false;
  /** Whether the platform has live streams: unknown until one was asked for. */
  liveStreams: boolean | undefined = undefined;
  /** Whether the platform gives a log in one answer: unknown until one was asked for. */
  logFiles: boolean | undefined = undefined;
  #accessToken: string | undefined;
  #byCookie = false;

  constructor(options: ConnectionOptions) {
    const { fetch, retryDelay = {}, concurrency = {}, logger = console } = options;
    this.apiUrl = (options.apiUrl ?? 'https://api.thefusionplatform.com').replace(/\/+$/, '');
    this.ownFetch = fetch;
    this.fetch = fetch ?? (async (input, init) => await globalThis.fetch(input, init));
    this.pollInterval = options.pollInterval ?? 5000;
    this.timeout = options.timeout ?? 60_000;
    this.policy = {
      retries: options.retries ?? 5,
      minimumDelay: retryDelay.minimum ?? 500,
      maximumDelay: retryDelay.maximum ?? 8000,
    };
    this.log = createLog(logger, options.logLevel);
    this.signal = options.signal;
    this.uploads = pLimit(concurrency.uploads ?? 4);
    this.downloads = pLimit(concurrency.downloads ?? 4);
  }

  get accessToken(): string | undefined {
    return this.#accessToken;
  }

  /** Whether the browser keeps the session, in a cookie that goes along by itself. */
  get byCookie(): boolean {
    return this.#byCookie;
  }

  authorise(accessToken: string): void {
    this.#accessToken = accessToken;
  }

  authoriseByCookie(): void {
    this.#byCookie = true;
  }
}
