import { stat } from 'node:fs/promises';

import { acceptedFileTypes, fileTypeOfName } from 'fusion-platform';
import type { Data, FileType, Organisation, Process } from 'fusion-platform';

import type { Cli } from '../../command/index.ts';
import type { DefinedInput } from '../../definition/index.ts';
import { usageError } from '../../errors/index.ts';
import { findData, findDataIfAny } from '../../find/index.ts';
import { uploadAll } from '../../transfer/index.ts';
import type { Upload } from '../../transfer/index.ts';

type Source = { readonly data: Data } | { readonly upload: Upload };

/**
 * Finds or uploads the data of the inputs, in their order. All that can be wrong on this machine is found before
 * anything is uploaded.
 */
export async function provideInputs(
  cli: Cli,
  organisation: Organisation,
  {
    process,
    inputs,
    processName,
  }: {
    readonly process: Process;
    readonly inputs: readonly DefinedInput[];
    readonly processName: string;
  },
): Promise<readonly Data[]> {
  const wanted = process.inputs;
  if (inputs.length > wanted.length)
    throw usageError(`The service takes ${wanted.length} inputs, but ${inputs.length} are given`);
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
  const uploaded = [...(await uploadAll(cli, organisation, uploads))];
  return sources.map((source) => ('data' in source ? source.data : uploaded.shift()!));
}

async function sourceOf(
  organisation: Organisation,
  { name, file, moreFiles = [] }: DefinedInput,
  slot: { readonly name: string; readonly number: number; readonly fileType: FileType },
): Promise<Source> {
  if (file === undefined) return { data: await findData(organisation, name ?? '') };
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
