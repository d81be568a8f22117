import type { Organisation, Service } from 'fusion-platform';

import type { Cli, CommonOptions } from '../../../command/index.ts';
import { findService } from '../../../find/index.ts';
import { oneLine } from '../../../output/index.ts';
import type { Result, Sink } from '../../../output/index.ts';
import { describeService } from '../../display/describe-service.ts';

export async function run(cli: Cli, _: CommonOptions, which: readonly string[]): Promise<void> {
  const { organisation } = await cli.open();
  const results: Result[] = [];
  for (const one of which) results.push(await describe(organisation, await findService(organisation, one)));
  cli.out.result({
    json: results.map(({ json }) => json),
    ids: results.flatMap(({ ids }) => ids),
    text: (sink) => results.map(({ text }) => text(sink)).join('\n\n'),
  });
}

/** The service with what a process of it takes: inputs and options with their types. */
async function describe(organisation: Organisation, service: Service): Promise<Result> {
  const described = describeService(service);
  const template = await organisation.newProcess({ name: service.name, service });
  const { inputs, options } = template;
  return {
    json: { ...(described.json as object), inputs, options },
    ids: described.ids,
    text: (sink) => [described.text(sink), takes(sink, inputs, options)].filter(Boolean).join('\n'),
  };
}

type Template = Awaited<ReturnType<Organisation['newProcess']>>;

function takes({ colours }: Sink, inputs: Template['inputs'], options: Template['options']): string {
  const told = (value: unknown): string => (value instanceof Date ? value.toISOString() : String(value));
  return [
    ...(inputs.length > 0 ? [colours.bold('To start it: --input-list')] : []),
    ...inputs.map(({ number, title, file_type: type }) => `  ${number} ${oneLine(title ?? '')} (${type})`),
    ...(options.length > 0 ? [colours.bold('and --options NAME=VALUE')] : []),
    ...options.map(
      ({ name, data_type: type, value, required, validation, description, constrained_values: values }) => {
        const rule = values ? values.join(' | ') : (validation ?? '');
        const about = [type, required ? 'required' : '', rule].filter(Boolean).join(', ');
        const preset = value === null ? '' : ` = ${told(value)}`;
        return `  ${colours.cyan(name)}${preset}  (${about})${description ? `\n      ${oneLine(description)}` : ''}`;
      },
    ),
  ].join('\n');
}
