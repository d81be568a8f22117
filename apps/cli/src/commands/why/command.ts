import type { CommandDefinition } from '../../command/index.ts';

export const why: CommandDefinition = {
  name: 'why',
  summary: 'Say why something waits, failed, was tried again or was not reused',
  description:
    'Gives the reasons that the platform has written down, with its numbers, the end of the log of what failed, and the next command to type.',
  platform: true,
  examples: [
    ['fusion-platform why "Elevation of Glasgow"', 'of the last run of a process'],
    ['fusion-platform why ID --json', 'the reasons as data'],
  ],
  configure: (command) =>
    void command.argument('<process, execution or component>', 'by id; a process by name too: its last run'),
  load: async () => (await import('./run.ts')).run,
};
