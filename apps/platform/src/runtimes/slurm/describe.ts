import type { RuntimeDescription } from '../runtime.ts';

/** @param nodes of sinfo: `partition|nodes|state` a line */
export function describeSlurm(nodes: string): RuntimeDescription {
  const up = nodes
    .split('\n')
    .map((line) => line.split('|'))
    .filter(([, , state = '']) => /idle|mixed|allocated|completing/i.test(state));
  const count = up.reduce((sum, [, number]) => sum + Number(number), 0);
  return {
    name: 'slurm',
    reach: 'cluster',
    capacity: 'external',
    isolation: 'cluster',
    limits: {
      cpu: { enforced: true, how: 'cores that the cluster allocates; fractions are rounded up' },
      memory: {
        enforced: true,
        how: 'watched four times a second on the node, and bounded by the cluster 128 MiB above',
      },
      storage: {
        enforced: true,
        how: 'folders are measured on the node, and the attempt is ended when above',
      },
      network: {
        enforced: false,
        how: 'none for a service that lists no addresses, on nodes that have bubblewrap; elsewhere as the node has it',
      },
    },
    programs: ['command'],
    warnings: [
      ...(count === 0 ? ['No node of the cluster can take jobs now.'] : []),
      'Nodes without bubblewrap run services as the user that submits: run only services you trust there.',
    ],
  };
}
