import type { Connection } from '../http/index.ts';
import { uploadFile } from '../transfers/index.ts';
import type { UploadAddresses, UploadOptions } from '../transfers/index.ts';
import type { OpenedSource } from '../runtime/runtime.ts';
import type { TransferProgress } from './progress.ts';

interface Upload {
  progress: TransferProgress;
  ended: boolean;
  error: unknown;
  readonly done: Promise<void>;
}

/** The uploads of one data item: they run in bounded number, and the failure of one does not stop the others. */
export class UploadSet {
  readonly #uploads: Upload[] = [];

  get size(): number {
    return this.#uploads.length;
  }

  get running(): boolean {
    return this.#uploads.some(({ ended }) => !ended);
  }

  get progress(): TransferProgress[] {
    return this.#uploads.map(({ progress }) => progress);
  }

  /** Puts the upload in the queue. `address` is asked for once its turn comes: it is good for a while only. */
  start(
    connection: Connection,
    source: OpenedSource,
    address: () => Promise<UploadAddresses>,
    options: Pick<UploadOptions, 'signal' | 'retries'> & { readonly onProgress: () => void },
  ): void {
    const { name, size } = source;
    const upload: Upload = {
      progress: { name, bytes: 0, size },
      ended: false,
      error: undefined,
      done: connection.uploads(async () => {
        try {
          options.signal?.throwIfAborted();
          await uploadFile(connection, await address(), source, {
            signal: options.signal,
            retries: options.retries,
            onLost: () => {
              upload.progress = { ...upload.progress, lost: true };
              options.onProgress();
            },
            onBytes: (bytes) => {
              upload.progress = { name, bytes, size };
              options.onProgress();
            },
          });
          upload.progress = { name, bytes: size, size };
          options.onProgress();
        } catch (error) {
          upload.error = error;
        } finally {
          upload.ended = true;
          await source.close?.().catch(() => undefined);
        }
      }),
    };
    this.#uploads.push(upload);
  }

  /** Waits for all, whether they succeed or not. */
  async settled(): Promise<void> {
    await Promise.all(this.#uploads.map(async ({ done }) => await done));
  }

  /** Throws the first failure so far. */
  throwFailure(): void {
    for (const { ended, error } of this.#uploads) if (ended && error !== undefined) throw error;
  }

  clear(): void {
    this.#uploads.length = 0;
  }
}
