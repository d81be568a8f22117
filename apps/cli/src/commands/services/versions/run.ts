import type { ServiceVersion } from 'fusion-platform';

import type { Cli, CommonOptions } from '../../../command/index.ts';
import { usageError } from '../../../errors/index.ts';
import { bytes, moment } from '../../../output/index.ts';
import type { Colours } from '../../../output/index.ts';

interface Options extends CommonOptions {
  readonly state?: string;
}

const states = ['pending', 'approved', 'withdrawn'];

export async function run(cli: Cli, { state }: Options, name?: string): Promise<void> {
  if (state !== undefined && !states.includes(state))
    throw usageError(`There is no state "${state}": there are ${states.join(', ')}`);
  const { organisation } = await cli.open();
  const versions = await organisation.serviceVersions({ name, state }).toArray({ signal: cli.signal });
  cli.out.list(versions, {
    columns: (sink) => [
      {
        title: 'NAME',
        value: (one) => one.name,
        paint: (text) => sink.colours.bold(text),
        flexible: true,
      },
      { title: 'VERSION', value: (one) => String(one.version), right: true },
      { title: 'STATE', value: stateOf, paint: (text, one) => painted(sink.colours, text, one) },
      {
        title: 'FOR',
        value: ({ organisations }) => (organisations ? `${organisations.length} named` : 'all'),
      },
      { title: 'WHAT', value: (one) => one.image ?? bytes(one.size), flexible: true },
      { title: 'PUBLISHED', value: (one) => moment(one.created_at) },
      { title: 'ID', value: ({ id }) => id, paint: (text) => sink.colours.dim(text) },
    ],
    none: 'There are no such versions',
  });
}

const stateOf = ({ state, latest }: ServiceVersion): string => (latest ? `${state}, latest` : state);

function painted({ green, yellow, dim }: Colours, text: string, { state }: ServiceVersion): string {
  return state === 'approved' ? green(text) : state === 'pending' ? yellow(text) : dim(text);
}
