import { z } from 'zod';

/** What is to be tried, as it comes on standard input. */
export const TrialRequest = z.object({
  /** Absolute: the service's folder. */
  folder: z.string(),
  /** The files of it that count, below it and with `/`. */
  files: z.array(z.string()),
  /** In the order in which they were given; without a number they go to the inputs in turn. */
  inputs: z.array(z.object({ number: z.int().min(1).nullable(), path: z.string() })),
  options: z.array(z.object({ name: z.string(), value: z.string() })),
  /** Variables that the service lists. */
  environment: z.record(z.string(), z.string()),
  /** Absolute: a folder that is this trial's alone, and goes afterwards. */
  work: z.string(),
  /** Absolute: where what it made goes. */
  to: z.string(),
  /** Absolute: what the last trial kept; null begins with nothing. */
  storage: z.string().nullable(),
});
export type TrialRequest = z.output<typeof TrialRequest>;

export interface TrialOutput {
  readonly number: number;
  readonly name: string;
  readonly file: string;
  readonly path: string;
  readonly file_type: string;
  readonly size: number;
  readonly sha256: string;
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
  | {
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
    };

export type Tell = (event: TrialEvent) => void;

/** What is asked cannot be tried: nothing has run. */
export class TrialRefusal extends Error {
  readonly faults: readonly string[];

  constructor(message: string, faults: readonly string[] = []) {
    super(message);
    this.name = 'TrialRefusal';
    this.faults = faults;
  }
}
