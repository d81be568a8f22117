import type { CommandDefinition } from '../../command/index.ts';

export const nodes: CommandDefinition = {
  name: 'nodes',
  summary: 'List the nodes of the platform: how each stands, its room, and how much of it is taken',
  description:
    'Lists the nodes that share the work of the platform, the one that started first before the others. One that is silent has missed its heartbeats: it was killed, or cannot reach the database. What is taken is taken by components of all organisations.',
  platform: true,
  examples: [
    ['fusion-platform nodes', 'slots and memory of each, taken and in all'],
    ['fusion-platform nodes --json', 'for another program'],
  ],
  load: async () => (await import('./run.ts')).run,
};
