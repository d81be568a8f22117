import type { Organisation } from 'fusion-platform';

import type { Cli, CommonOptions } from '../../command/index.ts';
import { present } from './present.ts';
import { summarise } from './summary.ts';
import type { ProcessSummary } from './summary.ts';

interface Options extends CommonOptions {
  readonly search?: string;
  readonly running?: boolean;
}

export async function run(cli: Cli, options: Options): Promise<void> {
  const { organisation } = await cli.open();
  const rows: ProcessSummary[] = [];
  for await (const summary of summaries(organisation, options)) rows.push(summary);
  cli.out.result({
    json: rows,
    ids: rows.map(({ id }) => id),
    text: (sink) => present(sink, rows),
  });
  if (rows.length === 0)
    cli.out.note(
      options.search || options.running
        ? 'There are no such processes: fusion-platform list shows all'
        : 'There are no processes: fusion-platform services ls shows what can be started',
    );
}

async function* summaries(
  organisation: Organisation,
  { search, running }: Options,
): AsyncGenerator<ProcessSummary> {
  const all = search ? (await organisation.findProcesses({ search })).all : organisation.processes();
  for await (const process of all) {
    const summary = await summarise(process);
    if (!running || summary.state === 'running' || summary.state === 'waiting') yield summary;
  }
}
