import type { CommandDefinition } from '../../command/index.ts';

export const whoami: CommandDefinition = {
  name: 'whoami',
  summary: 'Show who is logged in, where, and in which organisation',
  platform: true,
  examples: [
    ['fusion-platform whoami', 'user, platform, organisations and roles'],
    ['fusion-platform whoami --json', 'the same for a script'],
  ],
  load: async () => (await import('./run.ts')).run,
};
