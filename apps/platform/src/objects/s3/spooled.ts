import { createHash, randomUUID } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

/** A part that waits on the disk. */
export class Spooled {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #hash: Hash = createHash('sha256');
  length = 0;
  removed = false;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  static async create(folder: string): Promise<Spooled> {
    const path = join(folder, `part-${randomUUID()}`);
    return new Spooled(path, await open(path, 'wx+', 0o600));
  }

  async write(piece: Buffer): Promise<void> {
    await this.#file.writeFile(piece);
    this.#hash.update(piece);
    this.length += piece.length;
  }

  /** Writes as much of a chunk as there is room for in a part of so many bytes. @returns how much that is */
  async fill(chunk: Buffer, from: number, bytes: number): Promise<number> {
    const piece = chunk.subarray(from, from + bytes - this.length);
    await this.write(piece);
    return piece.length;
  }

  asPart() {
    return { file: this.#file.fd, start: 0, length: this.length, sha256: this.#hash.copy().digest('hex') };
  }

  async remove(): Promise<void> {
    if (this.removed) return;
    this.removed = true;
    await this.#file.close();
    await rm(this.#path, { force: true });
  }
}
