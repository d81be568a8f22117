import { calls, Data as definition } from '@fusion-platform/contract';
import type { FileType } from '@fusion-platform/contract';

import { AnalysisError, StateError } from '../errors/index.ts';
import { perform } from '../http/index.ts';
import type { Connection } from '../http/index.ts';
import { listOf } from '../lists/index.ts';
import type { Collection } from '../lists/index.ts';
import { stacCollection } from './stac-collection.ts';
import type { StacCollection, StacCollectionOptions } from './stac-collection.ts';
import { openSources } from '../transfers/index.ts';
import type { FileSource, UploadAddresses } from '../transfers/index.ts';
import type { OpenedSource } from '../runtime/runtime.ts';
import type { CallOptions } from './base-model.ts';
import { DataFile } from './data-file.ts';
import { modelClass } from './model-class.ts';
import type { ModelClass } from './model-class.ts';
import type { TransferProgress } from './progress.ts';
import { UploadSet } from './upload-set.ts';
import { poll } from './wait.ts';

export interface AnalysisOptions extends CallOptions {
  /** Waits until it is complete. Default false. */
  readonly wait?: boolean;
  /** Also the extended analysis, which is not needed to use a file. Default false. */
  readonly extendedAnalysis?: boolean;
  readonly onProgress?: ((progress: DataProgress) => void) | undefined;
}

/** The progress of a new data item. */
export interface DataProgress {
  readonly stage: 'upload' | 'analysis';
  readonly uploads: readonly TransferProgress[];
  /** Over all files, 0 to 1. */
  readonly uploaded: number;
}

export interface NewData extends CallOptions {
  readonly name: string;
  /** The type of all its files. */
  readonly fileType: FileType;
  readonly files: readonly FileSource[];
  /** The id that it shall have. */
  readonly id?: string;
  /** Waits until the files are uploaded and analysed. Default false: `createComplete` tells when they are. */
  readonly wait?: boolean;
  /**
   * How often an upload whose connection is lost is tried again without getting any further, before it fails. Default: four
   * times the `retries` of the session.
   */
  readonly uploadRetries?: number | undefined;
  readonly onProgress?: ((progress: DataProgress) => void) | undefined;
}

const Base: ModelClass<typeof definition, 'get' | 'update' | 'delete' | 'create'> = modelClass({
  definition,
  get: calls.getData,
  update: calls.updateData,
  delete: calls.deleteData,
  create: calls.createData,
  params: ({ id, organisation_id }) => ({ data_id: id, organisation_id }),
});

/** One or more files of one type: what goes into a process or comes out of one. */
export class Data extends Base {
  readonly #uploads = new UploadSet();

  /** @internal */
  static async load(
    connection: Connection,
    organisationId: string,
    id: string,
    signal?: AbortSignal,
  ): Promise<Data> {
    const params = { organisation_id: organisationId, data_id: id };
    const { model } = await perform(connection, calls.getData, { params, signal });
    return new Data(connection, model);
  }

  /** @internal */
  static async create(connection: Connection, organisationId: string, wanted: NewData): Promise<Data> {
    const { signal, wait = false } = wanted;
    // A file that cannot be read is found before anything is made.
    const sources = await openSources(wanted.files);
    const params = { organisation_id: organisationId };
    let data: Data;
    try {
      const { model } = await perform(connection, calls.newData, { params, signal });
      data = new Data(connection, { organisation_id: organisationId, ...model }, false);
      await data.store({ name: wanted.name, ...(wanted.id ? { id: wanted.id } : {}) }, signal);
    } catch (error) {
      await Promise.all(sources.map(async (source) => await source.close?.()));
      throw error;
    }
    for (const source of sources) data.#startUpload(source, wanted);
    if (!wait || sources.length === 0) return data;
    try {
      await data.createComplete(wanted);
      return data;
    } catch (error) {
      // Nobody else knows of it, so nobody else can take it away.
      if (!(error instanceof AnalysisError)) await data.delete().catch(() => undefined);
      throw error;
    }
  }

  #startUpload(source: OpenedSource, { fileType, onProgress, signal, uploadRetries }: NewData): void {
    const address = async (): Promise<UploadAddresses> => {
      const body = { name: source.name, file_type: fileType };
      const { extras } = await perform(this.connection, calls.addFile, {
        params: this.params(),
        body,
        signal,
      });
      return { url: extras.url, resumableUrl: extras.resumable_url };
    };
    this.#uploads.start(this.connection, source, address, {
      signal,
      retries: uploadRetries,
      onProgress: () => onProgress?.(this.#progress('upload')),
    });
  }

  /** Its files, with what analysis has found so far. */
  files(): Collection<DataFile> {
    const { organisation_id } = this;
    return listOf(this.connection, calls.listFiles, this.params(), {}, (file) => {
      return new DataFile(this.connection, { ...file, organisation_id });
    });
  }

  /** A copy with the same files, which counts as uploaded. */
  async copy({ name, signal }: CallOptions & { readonly name: string }): Promise<Data> {
    const { model } = await perform(this.connection, calls.copyData, {
      params: this.params(),
      body: { name },
      signal,
    });
    return await Data.load(this.connection, this.organisation_id, model.id!, signal);
  }

  /**
   * Whether the uploads that `createData` started, and the analysis of the files, have ended.
   * @throws TransferError when an upload failed, AnalysisError when the platform cannot use a file
   */
  async createComplete(options: AnalysisOptions = {}): Promise<boolean> {
    if (this.#uploads.size === 0) throw new StateError('no_transfer', 'No upload was started');
    if (options.wait) await this.#uploads.settled();
    this.#uploads.throwFailure();
    if (this.#uploads.running) return false;
    options.onProgress?.(this.#progress('analysis'));
    if (!(await this.checkAnalysisComplete(options))) return false;
    this.#uploads.clear();
    const bad = (await this.files().toArray({ signal: options.signal })).filter(
      ({ error }) => error === true,
    );
    if (bad.length === 0) return true;
    throw new AnalysisError(
      this.id,
      bad.map((file) => ({ name: file.file_name ?? file.id, reason: file.description })),
    );
  }

  /** Whether the analysis of all files has ended, well or not. */
  async checkAnalysisComplete(options: AnalysisOptions = {}): Promise<boolean> {
    const { wait = false, extendedAnalysis = false, signal } = options;
    const complete = async (): Promise<boolean> => {
      const files = await this.files().toArray({ signal });
      return files.every((file) => isAnalysed(file, extendedAnalysis));
    };
    if (!wait) return await complete();
    return await poll(this.connection, signal, async () => (await complete()) || undefined);
  }

  /** How far each upload is. @throws StateError `no_transfer` when none was started */
  uploadProgress(): readonly TransferProgress[] {
    if (this.#uploads.size === 0) throw new StateError('no_transfer', 'No upload was started');
    return this.#uploads.progress;
  }

  /** A STAC collection of the given items, usually those of its files. */
  getStacCollection(options: StacCollectionOptions): StacCollection {
    return stacCollection({ id: this.id, description: this.name }, options);
  }

  #progress(stage: DataProgress['stage']): DataProgress {
    const uploads = this.#uploads.progress;
    const total = uploads.reduce((sum, { size }) => sum + (size ?? 0), 0);
    const sent = uploads.reduce((sum, { bytes }) => sum + bytes, 0);
    return { stage, uploads, uploaded: total === 0 ? 1 : sent / total };
  }
}

function isAnalysed(file: DataFile, extended: boolean): boolean {
  const basic = file.size !== undefined && (file.publishable !== undefined || file.error !== undefined);
  if (!basic || !extended) return basic;
  return Object.keys(file.ingesters ?? {}).length >= (file.number_of_ingesters ?? 0);
}
