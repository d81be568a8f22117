import type { PlatformNode } from 'fusion-platform';

import type { Cli } from '../../command/index.ts';
import { binaryBytes, moment, plural, table } from '../../output/index.ts';
import type { Sink } from '../../output/index.ts';

export async function run(cli: Cli): Promise<void> {
  const { organisation } = await cli.open();
  const nodes = await organisation.nodes({ signal: cli.signal });
  cli.out.result({
    json: nodes,
    ids: nodes.map(({ id }) => id),
    text: (sink) => tableOf(sink, nodes),
  });
  const silent = nodes.filter(({ state }) => state !== 'alive').length;
  if (nodes.length === 0) cli.out.note('The platform tells of no nodes');
  else if (silent > 0)
    cli.out.warn(
      `${plural(silent, 'node')} of ${nodes.length} missed the last heartbeats; what ran there is taken over by the others`,
    );
}

function tableOf(sink: Sink, nodes: readonly PlatformNode[]): string {
  const { bold, dim, green, red } = sink.colours;
  return table(sink, nodes, [
    {
      title: 'STATE',
      value: (one) => one.state,
      paint: (text, one) => (one.state === 'alive' ? green : red)(text),
    },
    {
      title: 'SLOTS',
      value: ({ busy, slots }) => `${busy} of ${slots}`,
      right: true,
      paint: (text) => bold(text),
    },
    {
      title: 'MEMORY',
      value: ({ memory, busy_memory }) => `${mebibytes(busy_memory)} of ${mebibytes(memory)}`,
      right: true,
    },
    { title: 'RUNTIME', value: ({ runtime }) => runtime ?? 'starting' },
    { title: 'ISOLATION', value: ({ isolation }) => isolation ?? '-', flexible: true },
    { title: 'VERSION', value: ({ version }) => version },
    { title: 'STARTED', value: (one) => moment(one.started_at) },
    { title: 'LAST HEARD OF', value: (one) => moment(one.heartbeat_at) },
    { title: 'ID', value: ({ id }) => id, paint: (text) => dim(text) },
  ]);
}

const mebibytes = (value: number): string => binaryBytes(value * 2 ** 20);
