/** The fields of a process that stand among its options in a file. */
export const processFields = [
  'output_storage_period',
  'run_type',
  'repeat_count',
  'repeat_start',
  'repeat_end',
  'repeat_gap',
  'repeat_offset',
] as const;
export type ProcessField = (typeof processFields)[number];

/** A plain value of an option or a field. */
export type Value = string | number | boolean | null;

/** An input: data of that name on the platform, or a file to upload, under a name if given. */
export interface DefinedInput {
  readonly name?: string | undefined;
  readonly file?: string | undefined;
  /** Further files of the same data item. */
  readonly moreFiles?: readonly string[];
}

export interface DefinedDispatcher {
  readonly name: string;
  readonly dispatchIntermediate: boolean | undefined;
  readonly options: Readonly<Record<string, Value>>;
}

/** All that is needed to start a process, from a file or from flags. */
export interface Definition {
  readonly serviceName: string;
  readonly processName: string | undefined;
  readonly inputs: readonly DefinedInput[];
  /** Files of kept storage, by `GROUPINDEX_GROUPCOUNT_SSDID_CHAININDEX`. */
  readonly storage: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, Value>>;
  readonly fields: Readonly<Partial<Record<ProcessField, unknown>>>;
  readonly dispatchers: readonly DefinedDispatcher[];
}
