import type { CommandDefinition } from '../../command/index.ts';

export const display: CommandDefinition = {
  name: 'display',
  alias: 'show',
  summary: 'Show a process with its executions, or a service',
  platform: true,
  examples: [
    ['fusion-platform display "Elevation of Glasgow"', 'inputs, options, dispatchers and executions'],
    ['fusion-platform display Elevation', 'a service with its documentation, if no process is called so'],
    ['fusion-platform display ID --json', 'all fields'],
  ],
  configure: (command) =>
    void command.argument(
      '<process or service...>',
      'processes by name or id, executions by id, services by name (starts with), id or SSD id',
    ),
  load: async () => (await import('./run.ts')).run,
};
