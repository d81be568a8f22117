import type { CommandDefinition } from '../../command/index.ts';

export const stop: CommandDefinition = {
  name: 'stop',
  summary: 'Stop processes',
  description: 'Ends what runs and lets nothing of these processes start any more. What they made stays.',
  platform: true,
  examples: [
    ['fusion-platform stop "Elevation of Glasgow"', 'by name; an id works too, also of an execution'],
  ],
  configure: (command) =>
    void command.argument('<process...>', 'processes by name or id, or executions by id'),
  load: async () => (await import('./run.ts')).run,
};
