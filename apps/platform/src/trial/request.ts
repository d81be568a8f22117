import type * as Contract from '@fusion-platform/contract/service-file';
import { z } from 'zod';

/** What is to be tried, as it comes on standard input: the contract says what it means. */
export const TrialRequest: z.ZodType<Contract.TrialRequest> = z.object({
  folder: z.string(),
  files: z.array(z.string()),
  inputs: z.array(z.object({ number: z.int().min(1).nullable(), path: z.string() })),
  options: z.array(z.object({ name: z.string(), value: z.string() })),
  environment: z.record(z.string(), z.string()),
  work: z.string(),
  to: z.string(),
  storage: z.string().nullable(),
});
export type TrialRequest = Contract.TrialRequest;

export type Tell = (event: Contract.TrialEvent) => void;

/** What is asked cannot be tried: nothing has run. */
export class TrialRefusal extends Error {
  readonly faults: readonly string[];

  constructor(message: string, faults: readonly string[] = []) {
    super(message);
    this.name = 'TrialRefusal';
    this.faults = faults;
  }
}
