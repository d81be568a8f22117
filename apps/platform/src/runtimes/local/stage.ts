import { chmod, lstat, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as breath } from 'node:timers/promises';
import { getSystemErrorMessage } from 'node:util';

import type { Job } from '../runtime.ts';
import { RuntimeError } from '../errors.ts';
import { restoreStorage } from './kept-storage.ts';
import type { StagingObjects } from './staging-objects.ts';

/** Of a fault of the system without the path that it names: it is one of this machine. */
function said(cause: unknown): string {
  const { code, errno } = (cause ?? {}) as NodeJS.ErrnoException;
  if (code !== undefined && errno !== undefined) return `${code}: ${getSystemErrorMessage(errno)}`;
  return cause instanceof Error ? cause.message : String(cause);
}

/** The status with which a store on the network has answered, where it has. */
function statusOf(cause: unknown): string {
  const { $metadata: answer } = (cause ?? {}) as {
    readonly $metadata?: { readonly httpStatusCode?: number };
  };
  return answer?.httpStatusCode === undefined ? '' : ` (HTTP ${answer.httpStatusCode})`;
}

export interface StagingOptions {
  /** Whether the service cannot write to its inputs, so that they need not be copied. */
  readonly inputsAreReadOnly: boolean;
  readonly onProgress?: (progress: { readonly bytesDone: number; readonly bytesTotal: number }) => void;
  readonly signal?: AbortSignal | undefined;
}

/** An input that cannot be had. */
export class InputUnavailableError extends Error {
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super(`${path}: ${said(cause)}${statusOf(cause)}`, { cause });
    this.name = 'InputUnavailableError';
    this.path = path;
  }
}

/**
 * Lays out the folder of an attempt: `inputs/N/`, empty `outputs/N/`, `scratch/`, `storage/` with what was kept, and
 * job.json last. So a folder with job.json is complete. Repeatable: one that was cut off begins from the start.
 * @throws InputUnavailableError, RuntimeError `invalid_attempt` for a path that leads out of the folder
 */
export async function stage(
  job: Job,
  folder: string,
  objects: StagingObjects,
  { inputsAreReadOnly, onProgress, signal }: StagingOptions,
): Promise<void> {
  if (await isStaged(folder)) return;
  await rm(folder, { recursive: true, force: true });
  const numbers = job.outputs.map(({ number }) => number);
  const inputs = job.inputs.map(({ path, object }) => ({ path: safePath(path), object }));
  const folders = new Set([
    'inputs',
    ...job.inputNumbers.map((number) => `inputs/${number}`),
    ...inputs.map(({ path }) => path.slice(0, path.lastIndexOf('/'))),
    'scratch',
    'storage',
    'outputs',
    ...numbers.map((number) => `outputs/${number}`),
  ]);
  await mkdir(folder, { recursive: true });
  for (const name of folders) await mkdir(join(folder, name));
  const bytesTotal = job.inputs.reduce((sum, { object }) => sum + object.size, job.storage?.size ?? 0);
  let bytesDone = 0;
  if (bytesTotal > 0) onProgress?.({ bytesDone, bytesTotal });
  for (const { path, object } of inputs) {
    signal?.throwIfAborted();
    const target = join(folder, path);
    try {
      await objects.place(object.key, target, { readOnly: inputsAreReadOnly, signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw new InputUnavailableError(path, error);
    }
    if (!inputsAreReadOnly) await chmod(target, 0o444);
    bytesDone += object.size;
    onProgress?.({ bytesDone, bytesTotal });
    await breath();
  }
  if (job.storage) await restoreStorage(job.storage.key, folder, objects, signal);
  await writeFile(join(folder, 'job.json'), `${JSON.stringify(job.document, null, 2)}\n`, { mode: 0o444 });
}

async function isStaged(folder: string): Promise<boolean> {
  return await lstat(join(folder, 'job.json')).then(
    (found) => found.isFile() && found.size > 0,
    () => false,
  );
}

const inputPath = /^inputs\/[0-9]+\/[^/\\\0]+$/;

function safePath(path: string): string {
  if (inputPath.test(path) && !/\/\.{1,2}$/.test(path)) return path;
  throw new RuntimeError(
    'invalid_attempt',
    `An input is a file of inputs/<number>/, not ${JSON.stringify(path)}`,
  );
}
