import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

import { streamSink } from './pour.ts';
import type { Sink } from './pour.ts';
import { SideThread } from './side-thread.ts';

/**
 * In bytes. For a large write Linux takes its memory in large pieces, and those are the ones that a virtual machine has given
 * back to its host: 2 GB took 2.4 s in pieces of 512 KiB where they took 0.5 s in pieces of 64 KiB. As so many calls
 * from the thread of the program they would take 1 s more than they save.
 */
const pieceBytes = 64 * 1024;

/** After one failure nothing more is written: what is in the file stays the beginning of what was to come. */
const text = `
  const { parentPort, workerData: { fd, pieceBytes } } = require('node:worker_threads');
  const { writeSync } = require('node:fs');
  let failure;
  parentPort.on('message', (bytes) => {
    try {
      for (let at = 0; at < bytes.byteLength && !failure;)
        at += writeSync(fd, bytes, at, Math.min(pieceBytes, bytes.byteLength - at));
    } catch ({ message, code, errno, syscall }) {
      failure = { message, code, errno, syscall };
    }
    parentPort.postMessage(failure);
  });
`;

/** Writes a file of `size` bytes, in a thread of its own where they are many and a processor may be free for it. */
export async function startWriting(path: string, flags: string, size: number | undefined): Promise<Sink> {
  const file = await open(path, flags);
  const thread = SideThread.startFor(size, { name: 'write', text, data: { fd: file.fd, pieceBytes } });
  if (thread) return new WriteAside(file, thread);
  return streamSink(file);
}

class WriteAside implements Sink {
  readonly #file: FileHandle;
  readonly #thread: SideThread;

  constructor(file: FileHandle, thread: SideThread) {
    this.#file = file;
    this.#thread = thread;
  }

  async write(chunk: Uint8Array | string): Promise<void> {
    const failure = await this.#thread.ask(movable(chunk));
    if (failure) {
      const { message, ...rest } = failure as NodeJS.ErrnoException;
      throw Object.assign(new Error(message), rest);
    }
  }

  async end(): Promise<void> {
    // Before that the number of the file may be another's.
    await this.#thread.close();
    await this.#file.close();
  }
}

/** What is not shared is copied to the other thread, and with a piece all of the memory that it is in. */
function movable(chunk: Uint8Array | string): Uint8Array {
  if (typeof chunk === 'string') return new TextEncoder().encode(chunk);
  return chunk.buffer instanceof SharedArrayBuffer ? chunk : new Uint8Array(chunk);
}
