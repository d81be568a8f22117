import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { checkServiceFile, commandFaults } from 'fusion-platform/service-file';
import type { ServiceFile } from 'fusion-platform/service-file';

import type { Cli } from '../command/index.ts';
import { usageError } from '../errors/index.ts';
import { plural } from '../output/index.ts';
import { listFiles } from './list-files.ts';
import type { FolderFile } from './list-files.ts';

export const serviceFileName = 'service.yaml';

/** One thing that is wrong with a folder: at a place of a file, or with a file as such. */
export interface FolderFault {
  /** The path of the file as it was given. */
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
  /** The field of service.yaml; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

export interface CheckedFolder {
  readonly folder: string;
  /** Null when anything is wrong with service.yaml. */
  readonly service: ServiceFile | null;
  /** service.yaml as it stands there. */
  readonly text: string;
  readonly files: readonly FolderFile[];
  readonly faults: readonly FolderFault[];
}

/** Reads a folder of a service. @throws CliError when there is no such folder, or no service.yaml in it */
export async function checkFolder(folder: string, signal?: AbortSignal): Promise<CheckedFolder> {
  const path = join(folder, serviceFileName);
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory()) throw usageError(`There is no folder ${folder}`);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw usageError(`There is no ${path}`, 'fusion-platform services init NAME');
  });
  const checked = checkServiceFile(text);
  const { files, faults } = await listFiles(folder, signal);
  const inFile = [...checked.faults, ...commandFaults(checked, new Set(files.map((file) => file.path)))];
  return {
    folder,
    service: checked.file,
    text,
    files,
    faults: [
      ...inFile.map((fault) => ({ file: path, ...fault })),
      ...faults.map((fault) => ({
        file: join(folder, fault.path),
        line: null,
        column: null,
        path: '',
        message: fault.message,
      })),
    ],
  };
}

/** A fault as compilers write it, so that an editor's terminal leads to its place. */
export function describeFault({ file, line, column, path, message }: FolderFault): string {
  const place = line === null ? file : `${file}:${line}:${column}`;
  return `${place}: ${path === '' ? '' : `${path}: `}${message}`;
}

/** @throws CliError when anything is wrong with the folder; all of it is told before */
export function refuseFaulty({ out }: Cli, { folder, faults }: CheckedFolder, what: string): void {
  if (faults.length === 0) return;
  for (const fault of faults) out.note(describeFault(fault));
  throw usageError(
    `${folder} cannot be ${what}: ${plural(faults.length, 'fault')}`,
    `fusion-platform services check ${folder}`,
  );
}
