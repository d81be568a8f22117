import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

/** A folder in which blocks of remote files are kept for other readers, in this process and in others. */
export interface BlockCache {
  readonly folder: string;
  /** About how many bytes it may hold. */
  readonly maxBytes: number;
}

/** What is read and kept at once. */
export const BLOCK = 64 * 1024;
const CHECKSUM = 4;
/** 32 MB. */
const MOST_WAITING = 512;

/**
 * The kept blocks of one version of one file: a folder of its own, a file a block. Several processes may use it at once:
 * a block appears whole or not at all, and one that is gone or damaged counts as missing. Trouble with the disk never
 * fails a reading.
 */
export class BlockFolder {
  readonly #cache: BlockCache;
  readonly #folder: string;
  /** One after another, so that what is written is what is counted. */
  #writing: Promise<void> = Promise.resolve();
  #waiting = 0;
  /** Bytes written since it was last looked how much there is. */
  #written = Infinity;
  #full = false;

  private constructor(cache: BlockCache, folder: string) {
    this.#cache = cache;
    this.#folder = folder;
  }

  /** @param version of the file; blocks of another one are never given */
  static async open(cache: BlockCache, url: string, version: string): Promise<BlockFolder> {
    const name = createHash('sha256')
      .update(JSON.stringify([url, version]))
      .digest('hex')
      .slice(0, 40);
    const folder = new BlockFolder(cache, join(cache.folder, name));
    const now = new Date();
    await mkdir(folder.#folder, { recursive: true })
      .then(() => utimes(folder.#folder, now, now))
      .catch(() => folder.#stop());
    return folder;
  }

  /** Null when it is not there. */
  async read(block: number, length: number): Promise<Uint8Array | null> {
    const kept = await readFile(join(this.#folder, String(block))).catch(() => null);
    if (kept === null || kept.length !== length + CHECKSUM) return null;
    const bytes = kept.subarray(0, length);
    // After a power cut a file can have its name and its length, but not its contents.
    return kept.readUInt32LE(length) === crc32(bytes) ? bytes : null;
  }

  /** Keeps a block, in its own time; where the disk does not keep up, not at all. */
  write(block: number, bytes: Uint8Array): void {
    if (this.#full || this.#waiting >= MOST_WAITING) return;
    this.#waiting += 1;
    this.#writing = this.#writing
      .then(() => this.#write(block, bytes))
      .catch(() => this.#stop())
      .finally(() => (this.#waiting -= 1));
  }

  /** Resolves when everything is written. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async #write(block: number, bytes: Uint8Array): Promise<void> {
    if (this.#written > this.#cache.maxBytes / 16) {
      this.#written = 0;
      await this.#trim();
    }
    if (this.#full) return;
    this.#written += bytes.length;
    // Not the process's number: in containers many have the same.
    const partial = join(this.#folder, `${block}.${randomUUID()}.partial`);
    const checksum = Buffer.alloc(CHECKSUM);
    checksum.writeUInt32LE(crc32(bytes));
    try {
      await writeFile(partial, Buffer.concat([bytes, checksum]), { flag: 'wx' });
      await rename(partial, join(this.#folder, String(block)));
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
  }

  /** Removes the files that were not opened for the longest time, all blocks of one at once. */
  async #trim(): Promise<void> {
    const { folder, maxBytes } = this.#cache;
    const files = await Promise.all(
      (await readdir(folder)).map(async (name) => {
        const path = join(folder, name);
        const [blocks, facts] = await Promise.all([
          readdir(path).catch(() => []),
          stat(path).catch(() => null),
        ]);
        return { path, bytes: blocks.length * BLOCK, opened: facts?.mtimeMs ?? 0 };
      }),
    );
    let total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    const wanted = total > maxBytes * (15 / 16) ? maxBytes * (7 / 8) : Infinity;
    for (const { path, bytes } of files.sort((a, b) => a.opened - b.opened)) {
      if (total <= wanted) break;
      if (path === this.#folder) continue;
      await rm(path, { recursive: true, force: true });
      total -= bytes;
    }
    if (total > maxBytes * (15 / 16)) this.#stop();
  }

  #stop(): void {
    this.#full = true;
  }
}
