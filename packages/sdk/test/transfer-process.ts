/** Transfers files as it is told, and prints how much memory that added: run as a process of its own. */
import { openAsBlob, readFileSync, WriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { login } from '../src/index.ts';
import type { FileSource, Organisation } from '../src/index.ts';

export interface TransferJob {
  readonly url: string;
  readonly what:
    | 'path'
    | 'blob'
    | 'stream'
    | 'unsized-stream'
    | 'download'
    | 'download-slow-disk'
    | 'read-slowly';
  readonly files: number;
  /** How many of them travel at the same time. */
  readonly atOnce: number;
  /** The file to upload, or the folder to download to. */
  readonly path: string;
  /** Of each file, in bytes. */
  readonly size: number;
}

export interface TransferResult {
  /** The most memory that the process ever held (resident set), less what it held before. */
  readonly addedMb: number;
  /** Downloaded bytes that were handed over. */
  readonly read: number;
}

const job = JSON.parse(process.argv[2]!) as TransferJob;
const { user } = await login({
  email: 'ada@example.com',
  password: 'Secret-1',
  apiUrl: job.url,
  pollInterval: 5,
  logLevel: 'off',
  concurrency: { uploads: job.atOnce, downloads: job.atOnce },
});
const owner = (await user.organisations().first())!;
/** Of this program alone: on Linux `maxRSS` begins with what the parent had when it forked. */
const peakMb = (): number => {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS / 1024;
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))![1]) / 1024;
};

// Once with little, so that what is measured is the files and not the code.
await transfer({
  ...job,
  files: 1,
  size: 100_000,
  path: job.what === 'path' ? import.meta.filename : job.path,
});
const before = peakMb();
const read = await transfer(job);
const result: TransferResult = { addedMb: peakMb() - before, read };
console.log(JSON.stringify(result));

async function transfer(wanted: TransferJob): Promise<number> {
  const { what, files, path } = wanted;
  if (what === 'download-slow-disk') slowDown();
  if (!what.startsWith('download') && what !== 'read-slowly') {
    await upload(owner, wanted);
    return 0;
  }
  const [data] = await owner.data().toArray();
  const file = (await data!.files().first())!;
  const each = Array.from({ length: files }, async (_, index) => {
    if (what !== 'read-slowly') {
      const copy = index === 0 ? file : (await data!.files().first())!;
      await copy.download({ path: join(path, `${index}.bin`) });
      return 0;
    }
    let count = 0;
    for await (const chunk of file.stream()) {
      count += chunk.byteLength;
      if (count % 64 === 0) await delay(1);
    }
    return count;
  });
  return (await Promise.all(each)).reduce((sum, count) => sum + count, 0);
}

async function upload(to: Organisation, { what, files, path, size }: TransferJob): Promise<void> {
  const source = async (index: number): Promise<FileSource> => {
    const name = `${index}.bin`;
    if (what === 'path') return path;
    if (what === 'blob') return { name, data: (await openAsBlob(path)).slice(0, size) };
    return { name, data: endless(size), ...(what === 'stream' ? { size } : {}) };
  };
  const all = await Promise.all(Array.from({ length: files }, async (_, index) => await source(index)));
  await to.createData({ name: 'Large', fileType: 'Other', files: all, wait: true });
}

/** A source that is always faster than the server. */
function endless(size: number): ReadableStream<Uint8Array> {
  let left = size;
  return new ReadableStream<Uint8Array>({
    pull: (controller) => {
      if (left === 0) return controller.close();
      const chunk = new Uint8Array(Math.min(1_000_000, left)).fill(1);
      left -= chunk.byteLength;
      controller.enqueue(chunk);
    },
  });
}

/** Has every writing to a file take two milliseconds longer. */
function slowDown(): void {
  type Write = (this: WriteStream, ...args: [...unknown[], done: unknown]) => void;
  const slowed = WriteStream.prototype as unknown as Record<'_write' | '_writev', Write>;
  for (const name of ['_write', '_writev'] as const) {
    const write = slowed[name];
    slowed[name] = function (...args) {
      setTimeout(() => write.apply(this, args), 2);
    };
  }
}
