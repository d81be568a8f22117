import type { ProcessServiceExecution } from 'fusion-platform';

import type { Cli, CommonOptions } from '../../command/index.ts';
import { componentsOf } from '../../find/index.ts';
import { chartOf } from './chart.ts';
import { metricsCsv } from './csv.ts';

interface Options extends CommonOptions {
  readonly csv?: boolean;
}

export async function run(cli: Cli, options: Options, which: string): Promise<void> {
  const { organisation } = await cli.open();
  const components = await componentsOf(organisation, which);
  if (options.csv) {
    cli.out.stdout.write(metricsCsv(components));
    return;
  }
  cli.out.result({
    json: components.map(asJson),
    ids: components.map(({ id }) => id),
    text: (sink) => components.map((component) => chartOf(sink, component)).join('\n\n'),
  });
}

function asJson({ id, name, cpu, memory, storage, runtime, metrics }: ProcessServiceExecution): object {
  return {
    id,
    name,
    cpu,
    memory_mb: memory,
    storage_gb: storage ?? null,
    runtime_s: runtime ?? null,
    samples: metrics ?? [],
  };
}
