import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

import type { BaseSource, Slice, SliceWithData } from './geotiff-types.ts';

/**
 * Reads parts of a local file for geotiff. Unlike its own source it never takes memory for bytes that the file
 * does not have: a hostile length gives what there is, and whoever reads beyond it fails.
 */
export class FileSource implements BaseSource {
  readonly fileSize: number;
  readonly #file: FileHandle;

  private constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.fileSize = size;
  }

  static async open(path: string): Promise<FileSource> {
    const file = await open(path);
    return new FileSource(file, (await file.stat()).size);
  }

  async fetch(slices: Slice[], signal?: AbortSignal): Promise<ArrayBufferLike[]> {
    const read: ArrayBufferLike[] = [];
    for (const slice of slices) read.push((await this.fetchSlice(slice, signal)).data);
    return read;
  }

  async fetchSlice({ offset, length }: Slice, signal?: AbortSignal): Promise<SliceWithData> {
    signal?.throwIfAborted();
    const available = Math.max(0, Math.min(length, this.fileSize - offset));
    const bytes = new Uint8Array(available);
    if (available > 0) await this.#file.read(bytes, 0, available, offset);
    return { data: bytes.buffer, offset, length: available };
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
