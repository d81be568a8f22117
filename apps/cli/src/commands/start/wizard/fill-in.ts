import type { Organisation, Process, ProcessOption, Service } from 'fusion-platform';
import { isLeftOut } from 'fusion-platform/option-faults';

import type { Cli } from '../../../command/index.ts';
import type { DefinedInput, Definition, Value } from '../../../definition/index.ts';
import { InterruptedError } from '../../../errors/index.ts';
import { findService } from '../../../find/index.ts';
import { credits, oneLine } from '../../../output/index.ts';
import { askChoice, askConfirm, askText } from '../../../session/index.ts';
import { createProcess } from '../create.ts';
import type { Created } from '../create.ts';
import { askInput } from './ask-input.ts';
import { askOption } from './ask-option.ts';

/** Asks for what a definition does not say: service, inputs, options, name; then for the price to be agreed to. */
export async function fillIn(
  cli: Cli,
  organisation: Organisation,
  given: Definition | undefined,
): Promise<Created> {
  const service = given
    ? await findService(organisation, given.serviceName)
    : await pickService(organisation);
  const template = await organisation.newProcess({ name: service.name, service });
  const inputs: DefinedInput[] = [...(given?.inputs ?? [])];
  for (const input of template.inputs.slice(inputs.length)) inputs.push(await askInput(organisation, input));
  const options: Record<string, Value> = { ...given?.options };
  const asked = given ? false : await wantsOptions(template);
  if (asked)
    for (const option of template.options) {
      if (option.advanced === true || isLeftOut(option, withValues(template.options, options))) continue;
      const value = await askOption(option);
      if (value !== undefined) options[option.name] = value;
    }
  const processName = given?.processName ?? (await askName(service));
  const created = await createProcess(cli, organisation, {
    storage: {},
    fields: {},
    dispatchers: [],
    ...given,
    serviceName: service.id,
    processName,
    inputs,
    options,
  });
  await agree(cli, created);
  return created;
}

async function pickService(organisation: Organisation): Promise<Service> {
  const services = await organisation.services().toArray();
  const id = await askChoice(
    'Which service?',
    services.map((one) => ({
      value: one.id,
      label: oneLine(one.name),
      hint: oneLine(one.documentation_summary),
    })),
  );
  return services.find((one) => one.id === id)!;
}

async function wantsOptions({ options }: Process): Promise<boolean> {
  const open = options.filter(({ advanced }) => advanced !== true);
  if (open.length === 0) return false;
  if (open.some(({ required, value }) => required && value === null)) return true;
  return await askConfirm(`Change its options (${open.map(({ name }) => name).join(', ')})?`, false);
}

const withValues = (options: readonly ProcessOption[], chosen: Readonly<Record<string, Value>>) =>
  options.map((option) => ({ ...option, value: chosen[option.name] ?? option.value }));

async function askName(service: Service): Promise<string> {
  const stamp = new Date().toISOString().slice(0, 16).replace('T', ' ');
  return await askText({ message: 'What to call the process', initial: `${service.name} ${stamp}` });
}

async function agree(cli: Cli, { process, uploaded }: Created): Promise<void> {
  const slices = (process.non_aggregator_count ?? 1) > 1 ? `, in ${process.non_aggregator_count} slices` : '';
  const yes = await askConfirm(`It costs ${credits(process.price)} credits${slices}. Start it?`);
  if (yes) return;
  cli.onInterrupt([
    `"${oneLine(process.name)}" is created, not started`,
    `to take it away again: fusion-platform rm ${process.id}`,
    ...uploaded.map(({ id }) => `and what was uploaded for it: fusion-platform data rm ${id}`),
  ]);
  throw new InterruptedError('Not started');
}
