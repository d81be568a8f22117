import { stat } from 'node:fs/promises';

import { acceptedFileTypes } from 'fusion-platform';
import type { FileType, Organisation, ProcessInput } from 'fusion-platform';

import type { DefinedInput } from '../../../definition/index.ts';
import { oneLine } from '../../../output/index.ts';
import { askChoice, askText } from '../../../session/index.ts';

const fromFile = 'a file on this machine';
/** How many of the uploaded data are offered, newest first. */
const mostOffered = 200;

/** Asks for the data of an input: a file to upload, or what is on the platform already. */
export async function askInput(organisation: Organisation, input: ProcessInput): Promise<DefinedInput> {
  const types = acceptedFileTypes(input.file_type as FileType).join(', ');
  const title = `Input ${input.number}: ${oneLine(input.title ?? 'data')} (${types})`;
  const data = (await organisation.data().toArray({ limit: mostOffered })).toReversed();
  const choice =
    data.length === 0
      ? fromFile
      : await askChoice(title, [
          { value: fromFile, label: fromFile },
          ...data.map(({ id, name, created_at: at }) => ({
            value: id,
            label: oneLine(name),
            hint: at.slice(0, 16).replace('T', ' '),
          })),
        ]);
  if (choice !== fromFile) return { name: choice };
  const file = await askText({ message: data.length === 0 ? `${title}: file` : 'Path of the file' });
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile()) return { file };
  process.stderr.write(`There is no file ${file}\n`);
  return await askInput(organisation, input);
}
