import type { CommandDefinition } from '../../command/index.ts';

export const list: CommandDefinition = {
  name: 'list',
  alias: 'ls',
  summary: 'List processes and how their last runs stand',
  platform: true,
  examples: [
    ['fusion-platform list', 'all processes of the organisation'],
    ['fusion-platform list --search elevation --running', 'those of which something runs now'],
    ["fusion-platform list --json | jq -r '.[].name'", 'names for a script'],
  ],
  configure: (command) =>
    void command
      .option('--search <text>', 'only those in which the text occurs')
      .option('--running', 'only those of which something runs or waits'),
  load: async () => (await import('./run.ts')).run,
};
