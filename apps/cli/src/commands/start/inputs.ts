import { stat } from 'node:fs/promises';

import { acceptedFileTypes, AnalysisError, fileTypeOfName } from 'fusion-platform';
import type { Data, FileType, Organisation, Process } from 'fusion-platform';

import type { Cli } from '../../command/index.ts';
import type { DefinedInput } from '../../definition/index.ts';
import { CliError, exitCodes, notFound, usageError } from '../../errors/index.ts';
import { findDataIfAny } from '../../find/index.ts';
import { oneLine, plural } from '../../output/index.ts';
import { uploadAll } from '../../transfer/index.ts';
import type { Upload } from '../../transfer/index.ts';

type Source = { readonly data: Data } | { readonly upload: Upload };

/**
 * Sets the inputs of a template to data that is found or uploaded, and creates the process. All that can be wrong on this
 * machine is found before anything is uploaded; where the platform refuses a file or the process, what was uploaded for it
 * is removed again. Gives what was uploaded.
 */
export async function createWithInputs(
  cli: Cli,
  organisation: Organisation,
  wanted: Wanted,
): Promise<readonly Data[]> {
  const { process } = wanted;
  const { data, uploaded } = await provideInputs(cli, organisation, wanted);
  try {
    for (const [i, one] of data.entries()) await process.update({ inputNumber: i + 1, data: one });
    await process.create({}, { signal: cli.signal });
  } catch (error) {
    await removeUploaded(cli, uploaded);
    throw error;
  }
  return uploaded;
}

interface Wanted {
  readonly process: Process;
  readonly inputs: readonly DefinedInput[];
  readonly processName: string;
}

async function removeUploaded({ out }: Cli, uploaded: readonly Data[]): Promise<void> {
  for (const data of uploaded) {
    const name = oneLine(data.name);
    await data.delete().then(
      () => out.note(`Removed what was uploaded for it: "${name}"`),
      () => out.warn(`"${name}", uploaded for it, is still there: fusion-platform data rm ${data.id}`),
    );
  }
}

async function provideInputs(
  cli: Cli,
  organisation: Organisation,
  { process, inputs, processName }: Wanted,
): Promise<{ readonly data: readonly Data[]; readonly uploaded: readonly Data[] }> {
  const wanted = process.inputs;
  if (inputs.length > wanted.length)
    throw usageError(`The service takes ${plural(wanted.length, 'input')}, but ${inputs.length} are given`);
  const sources = await Promise.all(
    inputs.map(async (input, i) =>
      sourceOf(organisation, input, {
        name: `${processName} ${i + 1}`,
        number: i + 1,
        fileType: wanted[i]!.file_type as FileType,
      }),
    ),
  );
  const uploads = sources.flatMap((source) => ('upload' in source ? [source.upload] : []));
  const uploaded = await uploadAll(cli, organisation, uploads, { together: true }).catch((error: unknown) => {
    if (!(error instanceof AnalysisError)) throw error;
    // What it was kept as is removed already.
    const { message, code } = error;
    throw new CliError(message, {
      exitCode: exitCodes.refused,
      code,
      next: 'mend the file, and start again',
    });
  });
  const rest = [...uploaded];
  return { data: sources.map((source) => ('data' in source ? source.data : rest.shift()!)), uploaded };
}

async function sourceOf(
  organisation: Organisation,
  { name, file, moreFiles = [] }: DefinedInput,
  slot: { readonly name: string; readonly number: number; readonly fileType: FileType },
): Promise<Source> {
  if (file === undefined) {
    const data = await findDataIfAny(organisation, name ?? '');
    if (data) return { data };
    // A file without an ending looks like a name.
    if (!name || !(await stat(name).catch(() => undefined))?.isFile())
      throw notFound(`Input ${slot.number}: there is no data "${name ?? ''}"`, 'fusion-platform data ls');
    return { upload: { name: slot.name, fileType: slot.fileType, files: [name, ...moreFiles] } };
  }
  const found = await stat(file).catch(() => undefined);
  if (!found) {
    // The name of data may look like that of a file.
    const data = name === undefined ? await findDataIfAny(organisation, file) : undefined;
    if (data) return { data };
    throw usageError(`Input ${slot.number}: there is no file ${file}, and no data of that name`);
  }
  if (!found.isFile()) throw usageError(`Input ${slot.number}: ${file} is no file`);
  const fileType = uploadedType(file, slot.fileType);
  const accepted: readonly FileType[] = acceptedFileTypes(slot.fileType);
  if (!accepted.includes(fileType))
    throw usageError(`Input ${slot.number} takes ${accepted.join(', ')}, but ${file} is ${fileType}`);
  return { upload: { name: name ?? slot.name, fileType, files: [file, ...moreFiles] } };
}

/** By its extension; a file whose extension says nothing is what is wanted. */
function uploadedType(file: string, wanted: FileType): FileType {
  const byName = fileTypeOfName(file);
  return byName === 'Other' ? wanted : byName;
}
