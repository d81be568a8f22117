/** What is to be tried, as the command gives it to the platform's program on standard input, as JSON. */
export interface TrialRequest {
  /** Absolute: the service's folder. */
  readonly folder: string;
  /** The files of it that count, below it and with `/`. */
  readonly files: readonly string[];
  /** In the order in which they were given; without a number they go to the inputs in turn. */
  readonly inputs: readonly { readonly number: number | null; readonly path: string }[];
  readonly options: readonly { readonly name: string; readonly value: string }[];
  /** Variables that the service lists. */
  readonly environment: Readonly<Record<string, string>>;
  /** Absolute: a folder that is this trial's alone, and goes afterwards. */
  readonly work: string;
  /** Absolute: where what it made goes. */
  readonly to: string;
  /** Absolute: what the last trial kept; null begins with nothing. */
  readonly storage: string | null;
}

export interface TrialOutput {
  readonly number: number;
  readonly name: string;
  readonly file: string;
  readonly path: string;
  readonly file_type: string;
  readonly size: number;
  readonly sha256: string;
}

/** The last thing that a trial says. */
export interface TrialEnd {
  readonly event: 'ended';
  readonly succeeded: boolean;
  readonly exit_type: string | null;
  readonly reason: string | null;
  readonly exit_code: number | null;
  readonly seconds: number | null;
  readonly peak_memory_bytes: number | null;
  readonly cpu_seconds: number | null;
  readonly outputs: readonly TrialOutput[];
  readonly warnings: readonly string[];
}

/** What a trial says while it goes on: a line of JSON each. */
export type TrialEvent =
  | { readonly event: 'refused'; readonly message: string; readonly faults: readonly string[] }
  | {
      readonly event: 'runs';
      readonly isolation: string;
      readonly warnings: readonly string[];
      readonly options: Readonly<Record<string, unknown>>;
      readonly inputs: readonly {
        readonly number: number;
        readonly file: string;
        readonly crs: string | null;
      }[];
    }
  | { readonly event: 'log'; readonly at: string; readonly stream: string; readonly message: string }
  | { readonly event: 'status'; readonly progress: number | null; readonly comment: string | null }
  | TrialEnd;
