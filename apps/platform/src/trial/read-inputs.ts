import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { acceptedFileTypes, fileTypeOfName } from '@fusion-platform/contract';
import type { FileType } from '@fusion-platform/contract';
import { analyseInChild, AnalysisError } from '@fusion-platform/geo';
import type { Analysis } from '@fusion-platform/geo';

import type { Manifest } from '../catalogue/index.ts';
import type { DataDescription } from '../data/index.ts';
import { TrialRefusal } from './request.ts';
import type { TrialRequest } from './request.ts';

/** A file of an input, analysed as an upload is. */
export interface TrialFile {
  readonly path: string;
  readonly name: string;
  readonly fileType: FileType;
  readonly size: number;
  readonly analysis: Analysis;
}

export interface TrialInput {
  readonly number: number;
  readonly files: readonly TrialFile[];
}

const longestGeojson = 64 * 1024 * 1024;

/** Gives the files to the inputs of the service, and analyses them. @throws TrialRefusal */
export async function readInputs(
  { inputs: declared }: Manifest,
  { inputs: given, work }: TrialRequest,
  signal: AbortSignal,
): Promise<readonly TrialInput[]> {
  const numbers = declared.map(({ number }) => number);
  const free = numbers.filter((number) => !given.some((one) => one.number === number));
  const placed = given.map(({ number, path }) => {
    const to = number ?? free.shift();
    if (to === undefined || !numbers.includes(to))
      throw new TrialRefusal(
        numbers.length === 0
          ? `${path}: the service takes no input`
          : `${path}: the service has the inputs ${numbers.join(', ')}${to === undefined ? ', and each has a file: several files of one are given as --input N=FILE' : `, and no input ${to}`}`,
      );
    return { number: to, path };
  });
  const read: TrialInput[] = [];
  for (const input of declared) {
    const files: TrialFile[] = [];
    for (const { path } of placed.filter(({ number }) => number === input.number))
      files.push(await readFile(path, input.file_type, { work, signal }, files.length));
    read.push({ number: input.number, files });
  }
  return read;
}

async function readFile(
  path: string,
  wanted: FileType,
  { work, signal }: { readonly work: string; readonly signal: AbortSignal },
  index: number,
): Promise<TrialFile> {
  const name = basename(path);
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw new TrialRefusal(`There is no file ${path}`);
  const fileType = typeFor(name, wanted);
  const alternativePath = join(work, `alternative-${wanted.replaceAll(' ', '-')}-${index}`);
  try {
    const analysis = await analyseInChild(path, {
      fileName: name,
      fileType,
      alternativePath,
      timeoutSeconds: 600,
      memoryMb: 1024,
      scratchFolder: work,
      limits: { maxGeojsonLength: longestGeojson },
      signal,
    });
    const { alternative } = analysis;
    // As on a platform, a component gets what analysis made of a file where that is of the type that it wants.
    if (fileType !== wanted && alternative?.fileType === wanted) {
      const { size } = await stat(alternativePath);
      return { path: alternativePath, name: alternative.fileName, fileType: wanted, size, analysis };
    }
    return { path, name, fileType, size: found.size, analysis };
  } catch (error) {
    if (error instanceof AnalysisError) throw new TrialRefusal(`${path} cannot be used: ${error.message}`);
    throw error;
  }
}

/** The type by the name's ending, unless only the service says what it is. */
function typeFor(name: string, wanted: FileType): FileType {
  const byName = fileTypeOfName(name);
  if (acceptedFileTypes(wanted).includes(byName)) return byName;
  return byName === 'Other' || ['ZIP', 'GZIP', 'PDF', 'Other'].includes(wanted) ? wanted : byName;
}

/** An input as a process sees its data item. */
export function describeInput({ number, files }: TrialInput): DataDescription {
  const sum = (pick: (analysis: Analysis) => number | null): number =>
    files.reduce((total, { analysis }) => total + (pick(analysis) ?? 0), 0);
  return {
    id: String(number),
    name: files.map(({ name }) => name).join(', '),
    fileType: files[0]?.fileType,
    files: files.length,
    ready: true,
    unfulfilled: false,
    error: undefined,
    area: sum(({ area }) => area),
    length: sum(({ length }) => length),
    size: files.reduce((total, { size }) => total + size, 0),
    polygons: sum(({ polygons }) => polygons),
    selectors: files.flatMap(({ analysis }) => (analysis.selectors ?? []).map(({ selector }) => selector)),
  };
}
