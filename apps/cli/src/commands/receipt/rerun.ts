import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Cli, CommonOptions } from '../../command/index.ts';
import { readDefinition } from '../../definition/index.ts';
import type { DefinedInput } from '../../definition/index.ts';
import { exitCodes, usageError } from '../../errors/index.ts';
import { findService } from '../../find/index.ts';
import { credits, oneLine } from '../../output/index.ts';
import {
  definitionName,
  faultsOf,
  manifestName,
  parseReceipt,
  receiptName,
  unpackArchive,
} from '../../receipt/index.ts';
import type { Receipt } from '../../receipt/index.ts';
import { watchExecutions } from '../../watching/index.ts';
import { createProcess, executeCreated } from '../start/create.ts';

interface Options extends CommonOptions {
  readonly name?: string;
  readonly watch?: boolean;
}

export async function run(cli: Cli, options: Options, path: string): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'fusion-receipt-'));
  try {
    const receipt = await unpack(path, folder);
    const definition = readDefinition(await readFile(join(folder, definitionName), 'utf8'), definitionName);
    const { organisation } = await cli.open();
    const service = await findService(organisation, receipt.process.ssd_id);
    const before = receipt.executions[0]?.components.find(
      ({ service: one }) => one.ssd_id === service.ssd_id,
    );
    if (before && before.service.version !== service.version)
      cli.out.warn(
        `${oneLine(service.name)} ran in version ${before.service.version}; the platform has version ${service.version}`,
      );
    const created = await createProcess(cli, organisation, {
      ...definition,
      serviceName: service.id,
      processName: options.name ?? `${receipt.process.name} again`,
      inputs: inputsOf(receipt, path, folder),
      // When it ran and how often is not part of what it was.
      fields: {},
      storage: {},
      dispatchers: [],
    });
    const { process } = created;
    cli.out.note(`Starting "${oneLine(process.name)}" for ${credits(process.price)} credits`);
    await executeCreated(cli, created);
    const executions = options.watch ? await process.waitForNextExecution({ signal: cli.signal }) : [];
    cli.out.result({
      json: { id: process.id, name: process.name, executions: executions.map(({ id }) => id) },
      ids: [process.id],
      text: ({ colours }) => `${colours.bold(oneLine(process.name))}  ${colours.dim(process.id)}`,
    });
    return options.watch ? await watchExecutions(cli, process, executions) : exitCodes.success;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function unpack(path: string, folder: string): Promise<Receipt> {
  const members = await unpackArchive(path, folder);
  const texts = new Map<string, string>();
  for (const name of [receiptName, manifestName])
    if (members.has(name)) texts.set(name, await readFile(join(folder, name), 'utf8'));
  const receipt = parseReceipt(texts.get(receiptName), path);
  const [fault] = faultsOf(members, texts);
  if (fault !== undefined)
    throw usageError(`${path} is not as it was written: ${fault}`, `fusion-platform receipt verify ${path}`);
  return receipt;
}

function inputsOf(receipt: Receipt, path: string, folder: string): readonly DefinedInput[] {
  return receipt.process.inputs.map((id, i) => {
    const files = receipt.files.filter(({ data_id: data }) => data === id);
    const [file, ...moreFiles] = files.flatMap(({ path: at }) => (at === null ? [] : [join(folder, at)]));
    if (file === undefined || moreFiles.length + 1 < files.length)
      throw usageError(`${path} does not hold the data of input ${i + 1}: it was made with --no-data`);
    return { file, moreFiles };
  });
}
