import type { Cli, CommonOptions } from '../../command/index.ts';
import { fieldChanges, inputOf } from '../../definition/index.ts';
import { findProcess } from '../../find/index.ts';
import { credits, oneLine } from '../../output/index.ts';
import { definitionOf } from '../start/definition-of.ts';
import type { StartFlags } from '../start/definition-of.ts';
import { createWithInputs } from '../start/inputs.ts';
import { refuseWrongOptions } from '../start/refuse-options.ts';

interface Options extends CommonOptions, StartFlags {
  readonly start?: boolean;
}

export async function run(cli: Cli, options: Options, which: string, name: string): Promise<void> {
  const { organisation } = await cli.open();
  const { process } = await findProcess(organisation, which);
  const copy = await process.copy({ name, signal: cli.signal });
  const changes = await definitionOf(process.ssd_id, options);
  for (const [optionName, value] of Object.entries(changes.options))
    await copy.update({ optionName, value, coerceValue: true });
  refuseWrongOptions(copy, changes);
  const fields = fieldChanges(changes.fields);
  if (Object.keys(fields).length > 0) await copy.update(fields);
  const inputs = Array.isArray(options.inputList) ? options.inputList.map(inputOf) : [];
  await createWithInputs(cli, organisation, { process: copy, inputs, processName: name });
  if (options.start) await copy.execute({ signal: cli.signal });
  cli.out.result({
    json: { id: copy.id, name: copy.name, price: copy.price, started: options.start === true },
    ids: [copy.id],
    text: ({ colours }) =>
      `${colours.bold(oneLine(copy.name))}  ${colours.dim(copy.id)}  ${credits(copy.price)} credits a run${options.start ? ', started' : ''}`,
  });
}
