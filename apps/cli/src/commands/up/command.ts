import type { CommandDefinition } from '../../command/index.ts';

export const up: CommandDefinition = {
  name: 'up',
  summary: 'Start a platform on this machine, until Ctrl-C',
  description:
    'Starts a platform with an embedded database, or with the settings that the environment gives (FUSION_…, DATABASE_URL), and says where it is and where its data is kept. Its log goes to platform.log of the data folder; warnings are shown. Ctrl-C stops it; what runs is found again at the next start. The platform comes with a clone of the repository: FUSION_PLATFORM_HOME names it where the command is installed elsewhere.',
  platform: false,
  examples: [
    ['fusion-platform up', 'in .fusion/platform of this folder, at port 8080'],
    ['fusion-platform up --data ~/survey --port 9000', 'elsewhere'],
    ['fusion-platform up --json', 'prints `url data log pid sign_in_url` once it answers, and goes on'],
  ],
  configure: (command) =>
    void command
      .option('--data <folder>', 'where its data is kept (FUSION_DATA; default: .fusion/platform)')
      .option('--port <number>', 'where it listens (FUSION_PORT; default: 8080); 0 for a free port')
      .option('--host <address>', 'the address it listens on (FUSION_HOST; default: 127.0.0.1)')
      .option('--services <folders>', 'folders of services, separated by commas (FUSION_SERVICES)'),
  load: async () => (await import('./run.ts')).run,
};
