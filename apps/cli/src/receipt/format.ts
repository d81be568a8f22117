/** What a receipt holds: `receipt.json` of the archive. */
export interface Receipt {
  readonly format: 'fusion-platform-receipt';
  readonly version: 1;
  readonly created_at: string;
  readonly platform: string;
  readonly organisation: { readonly id: string; readonly name: string };
  readonly process: {
    readonly id: string;
    readonly name: string;
    readonly ssd_id: string;
    /** Data ids of the inputs, in order. */
    readonly inputs: readonly (string | null)[];
    readonly price: number | null;
  };
  readonly executions: readonly ExecutionRecord[];
  readonly files: readonly FileRecord[];
}

export interface ExecutionRecord {
  readonly id: string;
  readonly group_index: number | null;
  readonly state: string;
  readonly charged: number | null;
  readonly fields: object;
  readonly reasons: readonly object[];
  readonly components: readonly ComponentRecord[];
}

export interface ComponentRecord {
  readonly id: string;
  readonly chain_index: number | null;
  readonly name: string;
  readonly state: string;
  readonly service: {
    readonly id: string;
    readonly ssd_id: string | null;
    readonly version: number | null;
    readonly image_id: string;
    readonly image_digest: string | null;
  };
  readonly options: readonly { readonly name: string; readonly value: string | null }[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly fields: object;
  readonly attempts: readonly object[];
  readonly reasons: readonly object[];
  /** Paths of other members of the archive. */
  readonly log: string;
  readonly metrics: string;
  readonly provenance: string | null;
}

/** A file of the data that went in or came out. */
export interface FileRecord {
  readonly data_id: string;
  readonly data_name: string;
  readonly file_id: string;
  readonly file_name: string;
  readonly file_type: string;
  readonly size: number;
  readonly sha256: string | null;
  /** Where it is in the archive; null when the receipt was made without data. */
  readonly path: string | null;
}

/** Every other member of the archive with its size and checksum: `manifest.json`, the last member. */
export interface Manifest {
  readonly algorithm: 'sha256';
  readonly members: readonly { readonly path: string; readonly size: number; readonly sha256: string }[];
}

export const receiptName = 'receipt.json';
export const manifestName = 'manifest.json';
export const definitionName = 'definition.yml';
