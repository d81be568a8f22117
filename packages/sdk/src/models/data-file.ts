import { calls, DataFile as definition } from '@fusion-platform/contract';
import { runtime } from '#runtime';

import { NotFoundError, StateError, TransferError } from '../errors/index.ts';
import { perform } from '../http/index.ts';
import { pagesOf } from '../lists/index.ts';
import { checksumOf, downloadBytes, goesDirect } from '../transfers/index.ts';
import type { Checksum, DownloadSource } from '../transfers/index.ts';
import type { CallOptions } from './base-model.ts';
import { modelClass } from './model-class.ts';
import type { ModelClass } from './model-class.ts';
import type { TransferProgress } from './progress.ts';

export interface BytesOptions extends CallOptions {
  /** The preview (a PNG) instead of the file itself. */
  readonly preview?: boolean;
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined;
}

export interface DownloadOptions extends BytesOptions {
  /** Where to write the file; folders are made. Not in browsers. */
  readonly path: string;
  /**
   * Where to keep what has come until it is complete, on the same file system. It stays when the download breaks off, and
   * a later one carries on with it. Without it nothing stays.
   */
  readonly partial?: string;
  /** False: returns at once, and `downloadComplete` tells the rest. Default true. */
  readonly wait?: boolean;
}

/** Where the STAC item of a file belongs. */
export interface StacItem {
  readonly item: Readonly<Record<string, unknown>> | undefined;
  readonly fileName: string | undefined;
}

const Base: ModelClass<typeof definition, never> = modelClass({
  definition,
  params: ({ file_id, data_id, organisation_id }) => ({ file_id, data_id, organisation_id }),
});

/** One file of a data item, with what analysis found out about it. */
export class DataFile extends Base {
  #download: Promise<void> | undefined;
  #progress: TransferProgress | undefined;

  /**
   * The size of a pixel on the ground in metres, with its fraction: `resolution` is rounded to whole metres, 1 at least.
   * Undefined for what is no raster, or lies nowhere.
   */
  get pixelSize(): number | undefined {
    const { gsd } = (this.stac_item?.['properties'] ?? {}) as { readonly gsd?: unknown };
    return typeof gsd === 'number' ? gsd : this.resolution;
  }

  /** Takes on the state that the platform has. */
  async get({ signal }: CallOptions = {}): Promise<this> {
    const params = this.params();
    for await (const page of pagesOf(
      this.connection,
      calls.listFiles,
      params,
      {},
      (file) => file,
    )({ signal })) {
      const found = page.find(({ id }) => id === this.id);
      if (found) {
        this.load({ ...found, organisation_id: params['organisation_id'] ?? null });
        return this;
      }
    }
    const where = `file ${this.id} of the data ${this.data_id}`;
    throw new NotFoundError({ message: `There is no ${where}`, code: 'not_found', where, status: 404 });
  }

  /** An address from which the file can be had without logging in, for up to an hour. Keep it secret. */
  async downloadUrl({ preview = false, signal }: BytesOptions = {}): Promise<string> {
    const params = this.params();
    const { extras } = await perform(this.connection, calls.downloadFile, {
      params,
      query: { preview },
      signal,
    });
    return extras.url;
  }

  /**
   * The bytes as a stream, resumed where the connection breaks. The stream ends in a TransferError when length or
   * checksum do not agree with what the platform tells.
   */
  stream(options: BytesOptions = {}): ReadableStream<Uint8Array> {
    const chunks = this.#bytes(options);
    return new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: async () => void (await chunks.return()),
    });
  }

  /**
   * Downloads the file, to a path or as a Blob. Written to a path, it has a temporary name until it is complete and
   * checked.
   * @throws TransferError, StateError (`no_file_system` in a browser)
   */
  download(options: DownloadOptions): Promise<void>;
  download(options?: BytesOptions): Promise<Blob>;
  async download(options: BytesOptions & Partial<DownloadOptions> = {}): Promise<unknown> {
    const { path, wait = true } = options;
    if (path === undefined) return await this.#downloadBlob(options);
    if (!runtime.hasFileSystem) {
      throw new StateError(
        'no_file_system',
        'A browser has no file system: leave the path out to get a Blob',
      );
    }
    if (this.#download) {
      throw new StateError(
        'transfer_in_progress',
        `${this.file_name ?? this.id} is being downloaded already`,
      );
    }
    this.#download = this.connection.downloads(async () => await this.#write(path, options));
    // Whoever waits is told of a failure; so is whoever asks later.
    this.#download.catch(() => undefined);
    if (wait) await this.downloadComplete({ wait });
    return undefined;
  }

  async #write(path: string, options: BytesOptions & Partial<DownloadOptions>): Promise<void> {
    const { partial } = options;
    const brief = !options.preview && goesDirect(this.connection, this.size);
    if (partial === undefined) {
      const chunks = this.#bytes(options, { brief });
      return await runtime.writeFile(path, { chunks, brief, size: this.size });
    }
    const held = await runtime.readPartial(partial);
    const spoilt = (error: unknown): boolean =>
      error instanceof TransferError && ['wrong_checksum', 'wrong_length', 'changed'].includes(error.code);
    const chunks = this.#bytes(options, { held, brief });
    await runtime.finishFile(path, partial, { chunks, brief, size: this.size }, spoilt);
  }

  /** The size and SHA-256 that the store tells of the file, without sending it. @throws TransferError, RequestError */
  async checksum({ signal }: CallOptions = {}): Promise<Checksum> {
    return await checksumOf(this.connection, {
      name: this.file_name ?? this.id,
      address: async (inner) => await this.downloadUrl({ signal: inner }),
      signal,
    });
  }

  /**
   * Whether the download that was started has ended.
   * @throws what it failed with; StateError `no_transfer` when none was started
   */
  async downloadComplete({ wait = false }: { readonly wait?: boolean } = {}): Promise<boolean> {
    const download = this.#download;
    if (!download) throw new StateError('no_transfer', 'No download was started');
    try {
      const running = Symbol('running');
      // A settled promise wins over one that is ready but stands second.
      if (!wait && (await Promise.race([download, Promise.resolve(running)])) === running) return false;
      await download;
      this.#download = undefined;
      return true;
    } catch (error) {
      this.#download = undefined;
      throw error;
    }
  }

  /** How far the download is. @throws StateError `no_transfer` when none was started */
  downloadProgress(): TransferProgress {
    if (!this.#download || !this.#progress) throw new StateError('no_transfer', 'No download was started');
    return this.#progress;
  }

  /** The STAC item that analysis made of the file, and the file name to save it under. */
  getStacItem(): StacItem {
    return { item: this.stac_item, fileName: this.stac_item_file };
  }

  async #downloadBlob(options: BytesOptions): Promise<Blob> {
    return await this.connection.downloads(async () => {
      const parts: BlobPart[] = [];
      for await (const chunk of this.#bytes(options)) parts.push(chunk as Uint8Array<ArrayBuffer>);
      return new Blob(parts);
    });
  }

  #bytes(
    options: BytesOptions,
    { held, brief }: Pick<DownloadSource, 'held' | 'brief'> = {},
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const name = this.file_name ?? this.id;
    const told = (bytes: number, size: number | undefined): void => {
      this.#progress = { name, bytes, size };
      options.onProgress?.(this.#progress);
    };
    const size = options.preview ? undefined : this.size;
    told(0, size);
    return downloadBytes(this.connection, {
      name,
      address: async (signal) => await this.downloadUrl({ preview: options.preview ?? false, signal }),
      onBytes: told,
      held,
      size,
      brief,
      signal: options.signal,
    });
  }
}
