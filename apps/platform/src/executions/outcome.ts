import { closeSync, constants, fstatSync, lstatSync, opendirSync, openSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';

import { fileTypeOfName, fileTypes } from '@fusion-platform/contract';
import { z } from 'zod';

import type { ComponentOutput, Dispatched } from '../database/index.ts';
import { outputFileType, outputFolder } from './job.ts';

/** A file that a component left in one of its outputs. */
export interface ProducedFile {
  /** Absolute. */
  readonly path: string;
  readonly name: string;
  readonly fileType: string;
  readonly title: string | null;
  readonly description: string | null;
}

export interface Outcome {
  readonly success: boolean | null;
  readonly exitType: string | null;
  readonly abortReason: string | null;
  /** By number of the output; an output without a file is not there. */
  readonly files: ReadonlyMap<number, readonly ProducedFile[]>;
  /** What a dispatcher has sent. */
  readonly dispatched: readonly Dispatched[];
  /** What of outcome.json was passed over, and why. */
  readonly warnings: readonly string[];
}

const text = (length: number) =>
  z
    .string()
    .transform((value) => value.replaceAll('\0', '').toWellFormed().trim().slice(0, length) || null)
    .nullish();

const outcomeSchema = z.object({
  success: z.boolean().nullish(),
  exit_type: text(100),
  abort_reason: text(2000),
  outputs: z
    .array(
      z.object({
        number: z.int(),
        files: z.array(
          z.object({
            path: z.string(),
            name: z.string().nullish(),
            file_type: z.enum(fileTypes).nullish(),
            title: text(500),
            description: text(5000),
          }),
        ),
      }),
    )
    .nullish(),
  dispatched: z
    .array(
      z.object({
        file: z.string().max(1000),
        to: z.string().max(2000),
        size: z.int().nullable().default(null),
        at: z.iso.datetime({ offset: true }),
      }),
    )
    .max(10_000)
    .nullish(),
});
type Written = z.output<typeof outcomeSchema>;

const maximumBytes = 4_194_304;
const maximumFiles = 10_000;

/**
 * What a component that has ended left behind: outcome.json and the files of its outputs. All of it is written by the
 * component, so links, pipes and paths that lead elsewhere are passed over: nothing but plain files below outputs/N. There
 * are bounds to what is read, so it is read in one go.
 */
export function readOutcome(folder: string, outputs: readonly ComponentOutput[]): Outcome {
  const warnings: string[] = [];
  const written = readWritten(folder, warnings);
  const walked = outputs.map(({ number }) => walk(folder, outputFolder(number)));
  const files = new Map<number, readonly ProducedFile[]>();
  for (const [index, output] of outputs.entries()) {
    const found = walked[index]!;
    const listed = written?.outputs?.filter(({ number }) => number === output.number).flatMap((o) => o.files);
    const chosen = listed
      ? pick(listed, found, warnings)
      : found.map((path): Chosen => ({ path, name: nameBelow(path, output.number) }));
    if (chosen.length === 0) continue;
    files.set(
      output.number,
      chosen.map(({ path, name, file_type, title, description }) => ({
        path: join(folder, ...path.split('/')),
        name,
        fileType: file_type ?? outputFileType(name, output.file_type, fileTypeOfName(name)),
        title: title ?? null,
        description: description ?? null,
      })),
    );
  }
  return {
    success: written?.success ?? null,
    exitType: written?.exit_type ?? null,
    abortReason: written?.abort_reason ?? null,
    files,
    dispatched: written?.dispatched ?? [],
    warnings,
  };
}

type Listed = NonNullable<Written['outputs']>[number]['files'][number];
type Chosen = Partial<Listed> & { readonly path: string; readonly name: string };

/** Files of a folder of the output become `folder_name`: a data item has no folders. */
function nameBelow(path: string, number: number): string {
  return path.slice(outputFolder(number).length + 1).replaceAll('/', '_');
}

function pick(listed: readonly Listed[], found: readonly string[], warnings: string[]): Chosen[] {
  return listed.flatMap((file) => {
    const path = posix.normalize(file.path.replaceAll(sep, '/'));
    if (!found.includes(path)) {
      warnings.push(`outcome.json lists ${JSON.stringify(file.path)}, which is no file of that output`);
      return [];
    }
    return [{ ...file, path, name: plainName(file.name) ?? posix.basename(path) }];
  });
}

function plainName(name: string | null | undefined): string | undefined {
  return name && name.length <= 255 && !/[/\\\p{Cc}]/u.test(name) && name !== '.' && name !== '..'
    ? name
    : undefined;
}

/** The plain files below a folder, sorted, as paths relative to `root`; nothing behind a link. */
function walk(root: string, folder: string): string[] {
  for (const part of partsOf(folder)) {
    const found = lstatSync(join(root, part), { throwIfNoEntry: false });
    if (!found?.isDirectory()) return [];
  }
  const files: string[] = [];
  const folders = [folder];
  for (let at = folders.pop(); at !== undefined; at = folders.pop()) {
    const open = opendirSync(join(root, at));
    try {
      for (let entry = open.readSync(); entry !== null; entry = open.readSync()) {
        if (entry.isDirectory()) folders.push(`${at}/${entry.name}`);
        else if (entry.isFile() && plainName(entry.name)) files.push(`${at}/${entry.name}`);
        if (files.length + folders.length > maximumFiles) throw new TooManyFilesError(folder);
      }
    } finally {
      open.closeSync();
    }
  }
  return files.sort();
}

/** A component wrote more files than an output may hold. */
export class TooManyFilesError extends Error {
  constructor(folder: string) {
    super(`${folder} holds more than ${maximumFiles} files`);
    this.name = 'TooManyFilesError';
  }
}

/** `outputs/1` is behind `outputs`: both must be folders. */
function partsOf(folder: string): string[] {
  const parts = folder.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

function readWritten(folder: string, warnings: string[]): Written | undefined {
  const content = readSmallFile(join(folder, 'outcome.json'));
  if (content === undefined) return undefined;
  try {
    const result = outcomeSchema.safeParse(JSON.parse(content));
    if (result.success) return result.data;
    warnings.push(`outcome.json is passed over: ${z.prettifyError(result.error)}`);
  } catch {
    warnings.push('outcome.json is passed over: it is not JSON');
  }
  return undefined;
}

/** Without O_NOFOLLOW a link would show another file, without O_NONBLOCK a pipe would hold the platform up. */
function readSmallFile(path: string): string | undefined {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  let file: number;
  try {
    file = openSync(path, flags);
  } catch {
    return undefined;
  }
  try {
    const found = fstatSync(file);
    if (!found.isFile() || found.size > maximumBytes) return undefined;
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}
