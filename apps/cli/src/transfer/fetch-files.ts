import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';

import type { DataFile } from 'fusion-platform';

import type { Cli } from '../command/index.ts';
import { bytes, duration, oneLine, plural, TransferDisplay } from '../output/index.ts';

/** A file to fetch, and where to. */
export interface FileToFetch {
  readonly file: DataFile;
  readonly path: string;
  readonly size: number;
}

export interface FetchOptions {
  /** The folder in which partial files are kept until they are complete. */
  readonly folder: string;
  readonly parallel: number;
}

export interface Fetched {
  readonly fetched: readonly FileToFetch[];
  /** Already there, whole. */
  readonly kept: readonly FileToFetch[];
  readonly failed: readonly { readonly wanted: FileToFetch; readonly error: unknown }[];
}

const partialFolder = '.partial';

/**
 * Fetches files side by side, a few at a time. What is there already with the size and checksum of the platform is
 * left; what came before an interruption is carried on with. One that fails does not end the others.
 */
export async function fetchAll(
  cli: Cli,
  files: readonly FileToFetch[],
  { folder, parallel }: FetchOptions,
): Promise<Fetched> {
  const { out, signal } = cli;
  const partials = join(folder, partialFolder);
  const fetched: FileToFetch[] = [];
  const kept: FileToFetch[] = [];
  const failed: { wanted: FileToFetch; error: unknown }[] = [];
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const display = new TransferDisplay(out, { title: 'Downloading', files: files.length, total });
  cli.settleFirst();
  const queue = files.values();
  const work = async (): Promise<void> => {
    for (const wanted of queue) {
      if (signal.aborted) return;
      try {
        if (await isThere(wanted, signal)) kept.push(wanted);
        else {
          await fetchOne(wanted, partials, display, signal);
          fetched.push(wanted);
        }
        display.moved(wanted.path, wanted.size);
        display.finished();
      } catch (error) {
        if (signal.aborted) return;
        failed.push({ wanted, error });
        display.note(`${relative('.', wanted.path)}: ${oneLine((error as Error).message)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, files.length) }, work));
  display.end();
  await tidy(partials);
  signal.throwIfAborted();
  tell(cli, { fetched, kept, failed }, { seconds: display.seconds, folder });
  return { fetched, kept, failed };
}

async function fetchOne(
  { file, path, size }: FileToFetch,
  partials: string,
  display: TransferDisplay,
  signal: AbortSignal,
): Promise<void> {
  // One file may be wanted in several places: what one component made, another took.
  const place = createHash('sha256').update(path).digest('hex').slice(0, 12);
  const partial = join(partials, `${file.file_id}-${place}`);
  const held = await stat(partial).catch(() => undefined);
  // A whole file under this name was never put in its place: it is fetched again rather than trusted.
  if (held && held.size >= size) await rm(partial, { force: true });
  await file.download({
    path,
    partial,
    signal,
    onProgress: ({ bytes: received }) => display.moved(path, received),
  });
}

/** Whether the file is there as the platform has it: by its size, and by its checksum where the platform tells it. */
async function isThere({ file, path, size }: FileToFetch, signal: AbortSignal): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile() || found.size !== size) return false;
  const { sha256 } = await file.checksum({ signal });
  return sha256 === undefined || (await sha256Of(path)) === sha256;
}

/** The SHA-256 of a file, in hexadecimal. */
async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** The folder of partial files goes once it is empty. */
async function tidy(partials: string): Promise<void> {
  const left = await readdir(partials).catch(() => undefined);
  if (left?.length === 0) await rmdir(partials).catch(() => undefined);
}

function tell(
  { out }: Cli,
  { fetched, kept, failed }: Fetched,
  { seconds, folder }: { readonly seconds: number; readonly folder: string },
): void {
  const size = fetched.reduce((sum, one) => sum + one.size, 0);
  const rate = size > 0 ? `, ${bytes(size / Math.max(0.001, seconds))}/s` : '';
  const parts = [
    fetched.length > 0
      ? `Downloaded ${plural(fetched.length, 'file')}, ${bytes(size)} in ${duration(seconds)}${rate}, to ${relative('.', folder) || '.'}`
      : failed.length === 0
        ? 'Nothing to download'
        : 'Nothing was downloaded',
    kept.length > 0 ? `${plural(kept.length, 'file')} already there` : '',
    failed.length > 0 ? `${failed.length} failed` : '',
  ];
  out.note(parts.filter(Boolean).join('; '));
}
