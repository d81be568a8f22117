import type { CommandDefinition } from '../../command/index.ts';

export const retry: CommandDefinition = {
  name: 'retry',
  summary: 'Execute what failed again, from where it failed',
  description:
    'Of a process: all that failed in its last run. What succeeded is kept, and is not paid for again. Where the platform cannot do that, it says so.',
  platform: true,
  examples: [
    ['fusion-platform retry "Elevation of Scotland"', 'the failed slices of the last run'],
    ['fusion-platform retry ID --watch', 'one execution, and look on'],
  ],
  configure: (command) =>
    void command
      .argument('<process or execution>', 'a process by name or id, or an execution by id')
      .option('--watch', 'look on until it has ended'),
  load: async () => (await import('./run.ts')).run,
};
