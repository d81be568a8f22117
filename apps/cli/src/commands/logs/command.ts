import type { CommandDefinition } from '../../command/index.ts';

export const logs: CommandDefinition = {
  name: 'logs',
  summary: 'Print the log of a component, or of all components of an execution',
  platform: true,
  examples: [
    ['fusion-platform logs ID -f', 'and go on as it is written'],
    ['fusion-platform logs "Elevation of Glasgow" --failed', 'of what failed in the last run of a process'],
    ["fusion-platform logs ID --grep 'warn|error' --since 10m", 'what matches, of the last ten minutes'],
    ['fusion-platform logs ID --csv > log.csv', 'as CSV, oldest first'],
  ],
  configure: (command) =>
    void command
      .argument('<component, execution or process>', 'by id; a process by name too: its last run')
      .option('-f, --follow', 'go on until it has ended')
      .option('--since <when>', 'from this moment, or this long ago: 90s, 10m, 2h, 1d, or ISO 8601')
      .option('--grep <expression>', 'only records that match the regular expression, in any case')
      .option('--failed', 'only of components that failed')
      .option('-c, --component [names...]', 'only of components of these names')
      .option('--csv', 'as CSV with the columns logged_at, message (and component, where there are several)'),
  load: async () => (await import('./run.ts')).run,
};
