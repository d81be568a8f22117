import { InsufficientCreditsError, PermissionError, StateError } from 'fusion-platform';
import type { Data, Organisation, Process, Service } from 'fusion-platform';

import type { Cli } from '../../command/index.ts';
import { fieldChanges } from '../../definition/index.ts';
import type { Definition } from '../../definition/index.ts';
import { usageError } from '../../errors/index.ts';
import { findService, placeOfKey, storageId } from '../../find/index.ts';
import { oneLine, plural } from '../../output/index.ts';
import { uploadAll } from '../../transfer/index.ts';
import { createWithInputs } from './inputs.ts';
import { refuseWrongOptions } from './refuse-options.ts';

export interface Created {
  readonly process: Process;
  /** The inputs that were uploaded for it. */
  readonly uploaded: readonly Data[];
}

/** Creates the process that a definition describes, with its inputs uploaded. Nothing is started yet. */
export async function createProcess(
  cli: Cli,
  organisation: Organisation,
  definition: Definition,
): Promise<Created> {
  const service = await findService(organisation, definition.serviceName);
  const name = definition.processName ?? `${service.name} ${new Date().toISOString().replace('Z', '+00:00')}`;
  const process = await organisation.newProcess({ name, service });
  // What can be wrong in options is found before files are uploaded.
  await setOptions(process, service, definition);
  await addDispatchers(process, definition);
  refuseWrongOptions(process, definition, nextFor(service));
  requireInputs(process, service, definition);
  const { inputs } = definition;
  const uploaded = await createWithInputs(cli, organisation, { process, inputs, processName: name });
  await uploadStorage(cli, organisation, process, definition);
  return { process, uploaded };
}

async function setOptions(
  process: Process,
  service: Service,
  { options, fields }: Definition,
): Promise<void> {
  for (const [optionName, value] of Object.entries(options)) {
    try {
      await process.update({ optionName, value, coerceValue: true });
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      throw usageError(error.message, nextFor(service));
    }
  }
  const changes = fieldChanges(fields);
  if (Object.keys(changes).length > 0) await process.update(changes);
}

const nextFor = ({ name }: Service): string => `fusion-platform services show "${name}"`;

async function addDispatchers(process: Process, { dispatchers }: Definition): Promise<void> {
  for (const [i, { name, dispatchIntermediate, options }] of dispatchers.entries()) {
    await process.addDispatcher({ name });
    const dispatcherNumber = process.dispatchers.length;
    if (dispatchIntermediate !== undefined)
      await process.update({ dispatcherNumber, dispatch_intermediate: dispatchIntermediate });
    for (const [optionName, value] of Object.entries(options)) {
      await process.update({ dispatcherNumber: i + 1, optionName, value, coerceValue: true });
    }
  }
}

function requireInputs(process: Process, service: Service, { inputs }: Definition): void {
  const wanted = process.inputs;
  if (inputs.length >= wanted.length) return;
  const missing = wanted
    .slice(inputs.length)
    .map(({ number, title, file_type: type }) => `${number} (${title ?? 'untitled'}, ${type})`);
  throw usageError(
    `${service.name} needs ${plural(wanted.length, 'input')}: missing ${missing.join(', ')}`,
    `fusion-platform start "${service.name}" --input-list FILE …`,
  );
}

/** What services have kept before goes to where those of the new process look for it. */
async function uploadStorage(
  cli: Cli,
  organisation: Organisation,
  process: Process,
  { storage }: Definition,
): Promise<void> {
  const uploads = Object.entries(storage).map(([key, file]) => {
    const place = placeOfKey(key);
    return {
      id: storageId(process.id, place),
      name: `${process.name} Storage ${place.groupIndex ?? 1} ${place.chainIndex}`,
      fileType: 'GZIP' as const,
      files: [file],
      uploadName: 'storage.tar.gz',
    };
  });
  await uploadAll(cli, organisation, uploads);
}

export async function executeCreated(cli: Cli, created: Created): Promise<void> {
  try {
    await created.process.execute({ signal: cli.signal });
  } catch (error) {
    // After any other failure it may have been started.
    if (error instanceof InsufficientCreditsError || error instanceof PermissionError)
      tellNotStarted(cli, created);
    throw error;
  }
}

/** Says what there is of a process that was created and then not started, and how to take it away. */
export function tellNotStarted({ out }: Cli, { process, uploaded }: Created): void {
  const { id, name } = process;
  const itsOwn = uploaded.length > 0 && uploaded.length === process.inputs.length;
  const commands = itsOwn
    ? [`fusion-platform rm ${id} --inputs`]
    : [`fusion-platform rm ${id}`, ...uploaded.map((data) => `fusion-platform data rm ${data.id}`)];
  const what = uploaded.length > 0 ? 'is created and its input uploaded' : 'is created';
  out.note(`"${oneLine(name)}" ${what}, but not started. To take it away: ${commands.join('; ')}`);
}
