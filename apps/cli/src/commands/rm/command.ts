import type { CommandDefinition } from '../../command/index.ts';

export const rm: CommandDefinition = {
  name: 'rm',
  summary: 'Remove processes or executions, with all that they made',
  platform: true,
  examples: [
    ['fusion-platform rm "Elevation of Glasgow"', 'asks first on a terminal'],
    ['fusion-platform rm ID --inputs --yes', 'with its inputs, and without a question'],
  ],
  configure: (command) =>
    void command
      .argument('<process or execution...>', 'processes by name or id, or executions by id')
      .option('--inputs', 'the inputs of processes too, unless another uses them')
      .option('--yes', 'do not ask'),
  load: async () => (await import('./run.ts')).run,
};
