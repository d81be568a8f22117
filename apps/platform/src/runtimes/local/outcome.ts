import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  opendirSync,
  openSync,
  readFileSync,
} from 'node:fs';
import type { Dir } from 'node:fs';
import { join, posix, sep } from 'node:path';

import { fileTypeOfName, fileTypes } from '@fusion-platform/contract';
import { z } from 'zod';

import type { Collected, JobOutput } from '../runtime.ts';
import { outputFileType } from './output-file-type.ts';

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
  /** Why outcome.json was passed over as a whole; absent where it was not. */
  readonly invalid?: string | undefined;
  /** By number of the output; an output without a file is not there. */
  readonly files: ReadonlyMap<number, readonly ProducedFile[]>;
  /** What a dispatcher has sent. */
  readonly dispatched: Collected['dispatched'];
  /** What of outcome.json was passed over, and why. */
  readonly warnings: readonly string[];
}

const outputFolder = (number: number): string => `outputs/${number}`;

/** As the database takes it. */
const storable = (value: string): string => value.replaceAll('\0', '').toWellFormed();

const text = (length: number) =>
  z
    .string()
    .transform((value) => storable(value.trim().slice(0, length)) || null)
    .nullish();

/** A list that ends at the first item with a fault: all faults of a long one make a message of 100 MB. */
const list = <T extends z.ZodType>(itemSchema: T, maximum = Number.POSITIVE_INFINITY) =>
  z
    .array(z.unknown())
    .max(maximum)
    .transform((items, context) => {
      const parsed: z.output<T>[] = [];
      for (const [index, input] of items.entries()) {
        const { success, data, error } = itemSchema.safeParse(input);
        if (!success) {
          context.issues.push(
            ...error.issues.map(({ message, path }) => ({
              code: 'custom' as const,
              message,
              input,
              path: [index, ...path],
            })),
          );
          return z.NEVER;
        }
        parsed.push(data);
      }
      return parsed;
    });

const outcomeSchema = z.object({
  success: z.boolean().nullish(),
  exit_type: text(100),
  abort_reason: text(2000),
  outputs: list(
    z.object({
      number: z.int(),
      files: list(
        z.object({
          path: z.string(),
          name: z.string().nullish(),
          file_type: z.enum(fileTypes).nullish(),
          title: text(500),
          description: text(5000),
        }),
      ),
    }),
  ).nullish(),
  dispatched: list(
    z.object({
      file: z.string().max(1000).transform(storable),
      to: z.string().max(2000).transform(storable),
      size: z.int().nullable().default(null),
      at: z.iso.datetime({ offset: true }),
    }),
    10_000,
  ).nullish(),
});
type Written = z.output<typeof outcomeSchema>;

const maximumBytes = 4_194_304;
const maximumFiles = 10_000;
/** Folders, links and all else included: each is looked at. */
const maximumEntries = 20_000;
/** Each becomes a record in the log of the component. */
const maximumWarnings = 20;

/**
 * What a component that has ended left behind: outcome.json and the files of its outputs. All of it is written by the
 * component, so links, pipes and paths that lead elsewhere are passed over: nothing but plain files below outputs/N. There
 * are bounds to what is read, so it is read in one go.
 */
export function readOutcome(folder: string, outputs: readonly JobOutput[]): Outcome {
  const warnings: string[] = [];
  const written = readWritten(folder, warnings);
  const walked = outputs.map(({ number }) => walk(folder, outputFolder(number), warnings));
  const files = new Map<number, readonly ProducedFile[]>();
  for (const [index, output] of outputs.entries()) {
    const found = walked[index]!;
    const listed = written?.outputs?.filter(({ number }) => number === output.number).flatMap((o) => o.files);
    const chosen = listed
      ? pick(listed, new Set(found), warnings)
      : found.map((path): Chosen => ({ path, name: nameBelow(path, output.number) }));
    if (chosen.length === 0) continue;
    // One file may be listed many times.
    if (chosen.length > maximumFiles)
      throw new TooManyFilesError(
        `outcome.json lists more than ${maximumFiles} files of ${outputFolder(output.number)}`,
      );
    files.set(
      output.number,
      chosen.map(({ path, name, file_type, title, description }) => ({
        path: join(folder, ...path.split('/')),
        name,
        fileType: file_type ?? outputFileType(name, output.fileType, fileTypeOfName(name)),
        title: title ?? null,
        description: description ?? null,
      })),
    );
  }
  return {
    success: written?.success ?? null,
    exitType: written?.exit_type ?? null,
    abortReason: written?.abort_reason ?? null,
    invalid:
      written === undefined
        ? warnings.find((warning) => warning.startsWith(passedOver))?.slice(passedOver.length)
        : undefined,
    files,
    dispatched: written?.dispatched ?? [],
    warnings: theFirst(warnings),
  };
}

function theFirst(warnings: readonly string[]): readonly string[] {
  const more = warnings.length - maximumWarnings;
  return more > 0
    ? [...warnings.slice(0, maximumWarnings), `There were ${more} more warnings like these`]
    : warnings;
}

type Listed = NonNullable<Written['outputs']>[number]['files'][number];
type Chosen = Partial<Listed> & { readonly path: string; readonly name: string };

/** Files of a folder of the output become `folder_name`: a data item has no folders. */
function nameBelow(path: string, number: number): string {
  return path.slice(outputFolder(number).length + 1).replaceAll('/', '_');
}

function pick(listed: readonly Listed[], found: ReadonlySet<string>, warnings: string[]): Chosen[] {
  return listed.flatMap((file) => {
    const path = posix.normalize(file.path.replaceAll(sep, '/'));
    if (!found.has(path)) {
      warnings.push(`outcome.json lists ${quoted(file.path)}, which is no file of that output`);
      return [];
    }
    return [{ ...file, path, name: plainName(file.name) ?? posix.basename(path) }];
  });
}

function plainName(name: string | null | undefined): string | undefined {
  return name && name.length <= 255 && !/[/\\\p{Cc}]/u.test(name) && name !== '.' && name !== '..'
    ? name.toWellFormed()
    : undefined;
}

const quoted = (path: string): string =>
  path.length > 200 ? `${JSON.stringify(path.slice(0, 200))}…` : JSON.stringify(path);

/** The plain files below a folder, sorted, as paths relative to `root`; nothing behind a link. */
function walk(root: string, folder: string, warnings: string[]): string[] {
  for (const part of partsOf(folder)) if (!isFolder(join(root, part))) return [];
  const files: string[] = [];
  const passedOver: string[] = [];
  let entries = 0;
  const folders = [folder];
  for (let at = folders.pop(); at !== undefined; at = folders.pop()) {
    const open = openFolder(join(root, at));
    if (open === undefined) {
      passedOver.push(at);
      continue;
    }
    try {
      for (let entry = open.readSync(); entry !== null; entry = open.readSync()) {
        entries += 1;
        if (entries > maximumEntries)
          throw new TooManyFilesError(`${folder} holds more than ${maximumEntries} files, folders and links`);
        const path = `${at}/${entry.name}`;
        if (!entry.isDirectory() && !(entry.isFile() && plainName(entry.name))) continue;
        // Bytes that are no UTF-8 show so, and that may be the name of something else: of a link to another folder.
        if (entry.name.includes('\u{fffd}')) passedOver.push(path);
        else if (entry.isDirectory()) folders.push(path);
        else if (isReadable(join(root, path))) files.push(path);
        else passedOver.push(path);
        if (files.length > maximumFiles)
          throw new TooManyFilesError(`${folder} holds more than ${maximumFiles} files`);
      }
    } finally {
      open.closeSync();
    }
  }
  const [example] = passedOver;
  if (example !== undefined)
    warnings.push(
      `Of ${folder} what cannot be read, or is called what no text can say, is passed over: ${passedOver.length} files and folders, such as ${quoted(example)}`,
    );
  return files.sort();
}

function isFolder(path: string): boolean {
  try {
    return lstatSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Undefined where its path is too long or its mode does not let anybody in. */
function openFolder(path: string): Dir | undefined {
  try {
    accessSync(path, constants.R_OK | constants.X_OK);
  } catch {
    return undefined;
  }
  return opendirSync(path);
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** A component wrote, or lists, more files than an output may hold. */
export class TooManyFilesError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TooManyFilesError';
  }
}

/** `outputs/1` is behind `outputs`: both must be folders. */
function partsOf(folder: string): string[] {
  const parts = folder.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

const passedOver = 'outcome.json is passed over: ';

function readWritten(folder: string, warnings: string[]): Written | undefined {
  const content = readSmallFile(join(folder, 'outcome.json'));
  if (content === undefined) return undefined;
  try {
    const result = outcomeSchema.safeParse(JSON.parse(content));
    if (result.success) return result.data;
    warnings.push(`${passedOver}${z.prettifyError(result.error)}`);
  } catch {
    warnings.push(`${passedOver}it is not JSON`);
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
