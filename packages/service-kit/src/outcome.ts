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

/** A file that a dispatcher has sent. */
export interface Dispatched {
  file: string;
  /** Such as `s3://bucket/key` or `mailto:ada@example.com`. */
  to: string;
  /** Bytes. */
  size: number;
  /** When it had been sent, in ISO 8601. */
  at: string;
  /** What the receiver calls this version of it. */
  etag?: string;
}

/** Says that the attempt succeeded. Without a file named by the service, all files in its output folders count. */
export function writeSuccess(
  folder: string,
  files: OutputFile[],
  warnings: string[],
  sent: Dispatched[],
): void {
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
    ...presentSent(sent),
  });
}

export function writeFailure(folder: string, exitType: ExitType, reason: string, sent: Dispatched[]): void {
  writeJsonAtomically(join(folder, 'outcome.json'), {
    success: false,
    exit_type: exitType,
    abort_reason: reason,
    ...presentSent(sent),
  });
}

function presentSent(sent: Dispatched[]): { dispatched?: Dispatched[] } {
  return sent.length > 0 ? { dispatched: sent } : {};
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
