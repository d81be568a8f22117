import type { CommandDefinition } from '../../command/index.ts';

export const doctor: CommandDefinition = {
  name: 'doctor',
  summary: 'Check this machine and the way to the platform, and say how to mend what is wrong',
  description:
    'Checks Node.js, the configuration folder, the current folder, the platform, the login and the organisation, and what a platform on this machine would use. Asks nothing. Ends with the exit code of the first fault.',
  platform: true,
  examples: [
    ['fusion-platform doctor', 'every check, with the next command where something is wrong'],
    ['fusion-platform doctor --quiet', 'the names of the checks that fail, alone'],
  ],
  load: async () => (await import('./run.ts')).run,
};
