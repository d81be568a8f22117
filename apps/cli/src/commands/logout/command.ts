import type { CommandDefinition } from '../../command/index.ts';

export const logout: CommandDefinition = {
  name: 'logout',
  summary: 'Forget the session',
  platform: true,
  examples: [
    ['fusion-platform logout', 'forgets the session of the current profile'],
    ['fusion-platform logout -y stage', 'forgets the sessions at another platform'],
  ],
  load: async () => (await import('./run.ts')).run,
};
