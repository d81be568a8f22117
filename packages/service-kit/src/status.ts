import { join } from 'node:path';
import { writeJsonAtomically } from './atomic.ts';

export type TransferKind = 's3' | 'gcs' | 'external' | 'internal';

/** At most this often is `status.json` written, in milliseconds: the platform samples it about once a second. */
const INTERVAL = 250;

/** Keeps what the platform shows while an attempt runs: progress, a comment, bytes transferred. */
export class StatusFile {
  readonly #path: string;
  readonly #transfer: Record<TransferKind, number> = { s3: 0, gcs: 0, external: 0, internal: 0 };
  #progress = 0;
  #comment: string | null = null;
  #writtenAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;

  constructor(folder: string) {
    this.#path = join(folder, 'status.json');
  }

  /** Progress never goes back, whatever order the parts of a job end in. */
  progress(percent: number, comment?: string): void {
    if (!Number.isFinite(percent)) throw new RangeError(`Progress is a number from 0 to 100, not ${percent}`);
    this.#progress = Math.max(this.#progress, Math.min(100, Math.max(0, percent)));
    if (comment !== undefined) this.#comment = comment;
    this.#touch();
  }

  countBytes(kind: TransferKind, bytes: number): void {
    if (!Number.isFinite(bytes) || bytes < 0) throw new RangeError(`A count of bytes cannot be ${bytes}`);
    this.#transfer[kind] += bytes;
    this.#touch();
  }

  /** Writes the latest state now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writtenAt = performance.now();
    writeJsonAtomically(this.#path, {
      progress: Math.round(this.#progress * 10) / 10,
      comment: this.#comment,
      transfer: this.#transfer,
    });
  }

  #touch(): void {
    if (this.#timer !== undefined) return;
    const wait = this.#writtenAt + INTERVAL - performance.now();
    if (wait <= 0) this.flush();
    else this.#timer = setTimeout(() => this.flush(), wait).unref();
  }
}
