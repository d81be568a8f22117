import type { Collection, Organisation, Service } from 'fusion-platform';

import type { Cli, CommonOptions } from '../../../command/index.ts';

interface Options extends CommonOptions {
  readonly keyword?: string;
  readonly search?: string;
  readonly own?: boolean;
  readonly dispatchers?: boolean;
}

export async function run(cli: Cli, options: Options): Promise<void> {
  const { organisation } = await cli.open();
  const services = await (await listOf(organisation, options)).toArray({ signal: cli.signal });
  cli.out.list(services, {
    columns: (sink) => [
      { title: 'NAME', value: ({ name }) => name, paint: (text) => sink.colours.bold(text) },
      { title: 'VERSION', value: ({ version }) => String(version), right: true },
      { title: 'WHAT IT DOES', value: ({ documentation_summary: summary }) => summary, flexible: true },
      { title: 'ID', value: ({ id }) => id, paint: (text) => sink.colours.dim(text) },
    ],
    none: 'There are no such services',
    json: services.map(
      ({ id, ssd_id, name, version, keywords, documentation_summary: summary, approval_status }) => ({
        id,
        ssd_id,
        name,
        version,
        keywords,
        summary,
        approval_status,
      }),
    ),
  });
}

async function listOf(organisation: Organisation, options: Options): Promise<Collection<Service>> {
  const { keyword, search, own, dispatchers } = options;
  const which = { ...(keyword ? { keyword } : {}), ...(search ? { search } : {}) };
  if (dispatchers) return (await organisation.findDispatchers(which)).all;
  if (own) return organisation.ownServices();
  return (await organisation.findServices(which)).all;
}
