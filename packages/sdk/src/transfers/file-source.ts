import { runtime } from '#runtime';

import { StateError } from '../errors/index.ts';
import type { OpenedSource } from '../runtime/runtime.ts';

/** Bytes under a name. The size, in bytes, is needed with a stream and taken from the rest. */
export interface NamedBytes {
  readonly name: string;
  readonly data: Blob | ArrayBuffer | Uint8Array | ReadableStream<Uint8Array> | string;
  readonly size?: number;
}

/** A file to upload: a path (not in browsers), a File, or bytes under a name. */
export type FileSource = string | File | NamedBytes;

/** Opens all, or none. */
export async function openSources(sources: readonly FileSource[]): Promise<OpenedSource[]> {
  const opened = await Promise.allSettled(sources.map(openSource));
  const failed = opened.find((one) => one.status === 'rejected');
  const ready = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  if (!failed) return ready;
  await Promise.all(ready.map(async (source) => await source.close?.()));
  throw failed.reason;
}

async function openSource(source: FileSource): Promise<OpenedSource> {
  if (typeof source === 'string') return await openPath(source);
  if (source instanceof Blob) return openBlob(source.name, source);
  const { name, data } = source;
  if (data instanceof ReadableStream) return await openStream(name, data, source.size);
  return openBlob(name, data instanceof Blob ? data : new Blob([data as BlobPart]));
}

async function openPath(path: string): Promise<OpenedSource> {
  if (!runtime.hasFileSystem) {
    throw new StateError('no_file_system', `A browser cannot open "${path}": give a File or Blob`);
  }
  try {
    return await runtime.openFile(path);
  } catch (cause) {
    throw new StateError('wrong_argument', `The file "${path}" cannot be read`, cause);
  }
}

function openBlob(name: string, blob: Blob): OpenedSource {
  const stream: OpenedSource['stream'] = ({ from = 0 } = {}) => blob.slice(from).stream();
  return { name, size: blob.size, repeatable: true, stream, blob };
}

/** A stream of unknown size is kept first: the store wants to know the size in advance. */
async function openStream(
  name: string,
  stream: ReadableStream<Uint8Array>,
  size: number | undefined,
): Promise<OpenedSource> {
  if (size === undefined) return await runtime.keepStream(name, stream);
  return { name, size, repeatable: false, stream: () => stream };
}
