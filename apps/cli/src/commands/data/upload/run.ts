import { basename, parse } from 'node:path';
import { stat } from 'node:fs/promises';

import { fileTypeOfName, fileTypes } from 'fusion-platform';
import type { FileType } from 'fusion-platform';

import type { Cli, CommonOptions } from '../../../command/index.ts';
import { usageError } from '../../../errors/index.ts';
import { oneLine } from '../../../output/index.ts';
import { uploadAll } from '../../../transfer/index.ts';
import type { Upload } from '../../../transfer/index.ts';

interface Options extends CommonOptions {
  readonly name?: string;
  readonly type?: string;
}

export async function run(cli: Cli, options: Options, files: readonly string[]): Promise<void> {
  const uploads = await plan(options, files);
  const { organisation } = await cli.open();
  cli.onInterrupt(['nothing half remains on the platform: run the same command again']);
  const made = await uploadAll(cli, organisation, uploads);
  cli.out.result({
    json: made,
    ids: made.map(({ id }) => id),
    text: ({ colours }) => made.map(({ id, name }) => `${oneLine(name)}  ${colours.dim(id)}`).join('\n'),
  });
}

async function plan({ name, type }: Options, files: readonly string[]): Promise<readonly Upload[]> {
  for (const file of files) {
    const found = await stat(file).catch(() => undefined);
    if (!found) throw usageError(`There is no file ${file}`);
    if (found.isDirectory()) throw usageError(`${file} is a folder: name the files in it`);
    if (!found.isFile()) throw usageError(`${file} is no file`);
  }
  const wanted = type === undefined ? undefined : readType(type);
  const typeOf = (file: string): FileType => wanted ?? fileTypeOfName(file);
  if (name === undefined)
    return files.map((file) => ({ name: parse(file).name, fileType: typeOf(file), files: [file] }));
  const types = new Set(files.map(typeOf));
  if (types.size > 1)
    throw usageError(
      `The files of one data item are of one type, but ${files.map((file) => `${basename(file)} is ${typeOf(file)}`).join(', ')}`,
      'leave --name out to upload each as data of its own',
    );
  return [{ name, fileType: typeOf(files[0]!), files }];
}

function readType(text: string): FileType {
  const found = fileTypes.find((one) => one.toLowerCase() === text.toLowerCase());
  if (found) return found;
  throw usageError(`There is no file type "${text}": there are ${fileTypes.join(', ')}`);
}
