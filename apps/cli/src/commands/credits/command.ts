import type { CommandDefinition } from '../../command/index.ts';

export const credits: CommandDefinition = {
  name: 'credits',
  summary: 'Show what the organisation has left, and what it has spent',
  platform: true,
  examples: [['fusion-platform credits', 'by purse, and month by month']],
  load: async () => (await import('./run.ts')).run,
};
