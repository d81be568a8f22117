import type { tables } from '../../database/index.ts';
import type { AttemptRow, ComponentRow, ExecutionRow } from '../rows.ts';

type FileRow = typeof tables.dataFiles.$inferSelect;

/** A file as far as its provenance goes. */
export type FileFacts = Pick<
  FileRow,
  'id' | 'data_id' | 'file_name' | 'file_type' | 'stored_size' | 'sha256' | 'uploaded_at' | 'crs' | 'bounds'
>;

/** A data item with its files. */
export interface ItemFacts {
  readonly id: string;
  readonly name: string;
  readonly organisation_id: string;
  /** Whether a user brought it; else an execution made it. */
  readonly uploaded: boolean;
  readonly execution_id: string | null;
  readonly files: readonly FileFacts[];
}

/** A component beside the one in question. */
export type NeighbourFacts = Pick<
  ComponentRow,
  'id' | 'name' | 'service_id' | 'started_at' | 'ended_at' | 'job_outputs'
>;

/** What the provenance of a component is made of. */
export interface Facts {
  readonly component: ComponentRow;
  readonly execution: ExecutionRow;
  readonly attempts: readonly AttemptRow[];
  /** Undefined when it is not in the catalogue any more. */
  readonly service:
    | {
        readonly name: string;
        readonly version: number;
        readonly image: string | null;
      }
    | undefined;
  /** Those components of the execution whose outputs it took. */
  readonly feeders: readonly NeighbourFacts[];
  /** The component whose outputs it took over; undefined when it did not, or that one is gone. */
  readonly earlier: NeighbourFacts | undefined;
  /** By their ids; those that are deleted are missing. */
  readonly items: ReadonlyMap<string, ItemFacts>;
  readonly user: { readonly name: string; readonly email: string } | undefined;
  readonly organisation: { readonly name: string } | undefined;
  readonly platformVersion: string;
}
