import type { Process } from '@fusion-platform/contract';
import type { TypedValue } from '@fusion-platform/contract/options';

import type { tables } from '../database/index.ts';

export type ProcessRow = typeof tables.processes.$inferSelect;
export type ProcessInput = NonNullable<Process['inputs']>[number];
export type ProcessOption = NonNullable<Process['options']>[number];

/** A dispatcher as it is stored; its handle is never shown, but in what covers its secrets. */
export type ProcessDispatcher = NonNullable<Process['dispatchers']>[number] & { readonly handle?: string };

/** An input before data is chosen for it: without an id. */
export type OpenInput = Omit<ProcessInput, 'id'> & { readonly id?: string };

/** What any component of a run is made of. */
export interface PlannedService {
  readonly serviceId: string;
  readonly ssdId: string;
  readonly imageId: string;
  readonly name: string;
  readonly resources: { readonly cpu: number; readonly memoryMb: number; readonly storageGb: number };
  /** As job.json carries them. */
  readonly jobOptions: Readonly<Record<string, TypedValue>>;
  /** As the API shows them. */
  readonly options: readonly {
    readonly name: string;
    readonly value: string | null;
    readonly data_type: string;
    readonly validation: string | null;
  }[];
}
