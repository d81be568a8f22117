import type { DispatchJob } from './dispatch.ts';
import type { EngineComponent, EngineExecution } from '../../rows.ts';

export interface JobFile {
  readonly path: string;
  readonly name: string;
  readonly file_type: string;
  readonly size: number;
  readonly crs: string | null;
}

/** What job.json tells a component. Paths are relative to the attempt's folder, with `/`. */
export interface Job {
  readonly version: 1;
  readonly component: {
    readonly id: string;
    readonly name: string;
    readonly chain_index: number;
    readonly attempt: number;
  };
  readonly service: {
    readonly id: string;
    readonly ssd_id: string;
    readonly name: string;
    readonly version: number;
  };
  readonly execution: {
    readonly id: string;
    readonly process_id: string;
    readonly process_name: string;
    readonly started_at: string;
    readonly group_id: string | null;
    readonly group_index: number | null;
    readonly group_count: number | null;
  };
  readonly options: Readonly<Record<string, string | number | boolean | null>>;
  /** GeoJSON geometry in CRS84. */
  readonly region: unknown;
  readonly inputs: readonly {
    readonly number: number;
    readonly file_type: string;
    readonly title: string | null;
    readonly folder: string;
    readonly files: readonly JobFile[];
  }[];
  readonly outputs: readonly {
    readonly number: number;
    readonly name: string;
    readonly file_type: string;
    readonly folder: string;
  }[];
  readonly resources: { readonly cpu: number; readonly memory_mb: number; readonly storage_gb: number };
  /** Only for a dispatcher. */
  readonly dispatch?: DispatchJob;
}

export const inputFolder = (number: number): string => `inputs/${number}`;
export const outputFolder = (number: number): string => `outputs/${number}`;

export function buildJob(parts: {
  readonly execution: Pick<
    EngineExecution,
    'id' | 'process_id' | 'process_name' | 'started_at' | 'group_id' | 'group_index' | 'group_count'
  >;
  readonly component: Pick<
    EngineComponent,
    | 'id'
    | 'name'
    | 'chain_index'
    | 'service_id'
    | 'ssd_id'
    | 'job_options'
    | 'job_inputs'
    | 'job_outputs'
    | 'cpu'
    | 'memory'
    | 'storage'
  >;
  readonly attempt: number;
  readonly service: { readonly name: string; readonly version: number };
  readonly region: unknown;
  /** The files of each input, by its number. */
  readonly files: ReadonlyMap<number, readonly JobFile[]>;
  readonly dispatch: DispatchJob | undefined;
}): Job {
  const { execution, component, service } = parts;
  return {
    version: 1,
    component: {
      id: component.id,
      name: component.name,
      chain_index: component.chain_index,
      attempt: parts.attempt,
    },
    service: {
      id: component.service_id,
      ssd_id: component.ssd_id,
      name: service.name,
      version: service.version,
    },
    execution: {
      id: execution.id,
      process_id: execution.process_id,
      process_name: execution.process_name,
      started_at: execution.started_at,
      group_id: execution.group_id,
      group_index: execution.group_index,
      group_count: execution.group_count,
    },
    options: component.job_options,
    region: parts.region,
    inputs: component.job_inputs.map(({ number, file_type, title }) => ({
      number,
      file_type,
      title,
      folder: inputFolder(number),
      files: parts.files.get(number) ?? [],
    })),
    outputs: component.job_outputs.map(({ number, name, file_type }) => ({
      number,
      name,
      file_type,
      folder: outputFolder(number),
    })),
    resources: { cpu: component.cpu, memory_mb: component.memory, storage_gb: component.storage },
    ...(parts.dispatch ? { dispatch: parts.dispatch } : {}),
  };
}

/**
 * Names for the files of one input, each once: two files of a data item may have the same name.
 * @returns as many names as were given, in their order
 */
export function distinctNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let free = name;
    for (let count = 2; taken.has(free.toLowerCase()); count += 1) free = `${count}-${name}`;
    taken.add(free.toLowerCase());
    return free;
  });
}
