import { statSync } from 'node:fs';
import { join } from 'node:path';
import { writeJsonAtomically } from './atomic.ts';
import { ServiceError } from './errors.ts';
import type { ExitType } from './errors.ts';

/** What is told about an output file beside its bytes. */
export interface OutputDetails {
  title?: string;
  description?: string;
  /** Defaults to the type that the service declares for this output. */
  fileType?: string;
}

export interface OutputFile extends OutputDetails {
  number: number;
  name: string;
  /** Relative to the job's folder. */
  path: string;
  fileType: string;
}

/** Says that the attempt succeeded. Without a file named by the service, all files in its output folders count. */
export function writeSuccess(folder: string, files: OutputFile[], warnings: string[]): void {
  for (const file of files) {
    if (statSync(join(folder, file.path), { throwIfNoEntry: false })?.isFile()) continue;
    throw new ServiceError('error', `The service named ${file.path} as an output but did not write it`);
  }
  const numbers = [...new Set(files.map((file) => file.number))].sort((a, b) => a - b);
  writeJsonAtomically(join(folder, 'outcome.json'), {
    success: true,
    exit_type: null,
    abort_reason: warnings.length > 0 ? warnings.join('\n') : null,
    ...(files.length > 0 && {
      outputs: numbers.map((number) => ({
        number,
        files: files.filter((file) => file.number === number).map(presentFile),
      })),
    }),
  });
}

export function writeFailure(folder: string, exitType: ExitType, reason: string): void {
  writeJsonAtomically(join(folder, 'outcome.json'), {
    success: false,
    exit_type: exitType,
    abort_reason: reason,
  });
}

function presentFile(file: OutputFile): Record<string, string | null> {
  return {
    path: file.path,
    name: file.name,
    file_type: file.fileType,
    title: file.title ?? null,
    description: file.description ?? null,
  };
}
