import type { CommandDefinition } from '../../command/index.ts';

export const watch: CommandDefinition = {
  name: 'watch',
  summary: 'Look on while a process or an execution runs',
  description:
    'Shows executions and components with progress, time gone and left, memory in use, and why something waits, until all has ended. Without a terminal it writes a line for each change. The exit code tells how it ended.',
  platform: true,
  examples: [
    ['fusion-platform watch "Elevation of Glasgow"', 'the last run of a process'],
    ['fusion-platform watch 0f8c…', 'an execution by its id'],
    ['fusion-platform watch ID --json > end.json', 'waits, then prints how it ended'],
  ],
  configure: (command) =>
    void command
      .argument('<process or execution>', 'a process by name or id, or an execution by id')
      .option('--next', 'wait for the next run, if none runs now'),
  load: async () => (await import('./run.ts')).run,
};
