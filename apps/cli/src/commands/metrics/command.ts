import type { CommandDefinition } from '../../command/index.ts';

export const metrics: CommandDefinition = {
  name: 'metrics',
  summary: 'Show what a component used over time',
  platform: true,
  examples: [
    ['fusion-platform metrics ID', 'memory, scratch space and transfers as small charts'],
    ['fusion-platform metrics "Elevation of Glasgow"', 'of each component of the last run'],
    ['fusion-platform metrics ID --csv > metrics.csv', 'every sample'],
  ],
  configure: (command) =>
    void command
      .argument('<component, execution or process>', 'by id; a process by name too: its last run')
      .option('--csv', 'every sample as CSV'),
  load: async () => (await import('./run.ts')).run,
};
