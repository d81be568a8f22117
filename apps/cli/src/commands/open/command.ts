import type { CommandDefinition } from '../../command/index.ts';

export const open: CommandDefinition = {
  name: 'open',
  summary: 'Open the page of a process or execution in the browser',
  platform: true,
  examples: [
    ['fusion-platform open "Elevation of Glasgow"', 'opens the dashboard'],
    ['fusion-platform open ID --print', 'prints the address alone'],
  ],
  configure: (command) =>
    void command
      .argument(
        '[process, execution or component]',
        'by id; a process by name too; without it, the home page',
      )
      .option('--print', 'print the address, and open nothing'),
  load: async () => (await import('./run.ts')).run,
};
