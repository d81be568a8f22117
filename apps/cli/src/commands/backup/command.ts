import type { CommandDefinition } from '../../command/index.ts';

export const backup: CommandDefinition = {
  name: 'backup',
  summary: 'Write a whole platform on this machine into one archive, also while it runs',
  description:
    'Writes users, organisations, credits, processes, runs, logs, files and settings of a platform with an embedded database as they are at one moment: a tar that ends with the SHA-256 of all in it. It holds the key that signs sessions, and can be read by you alone. A platform on a PostgreSQL server, or with its files in a bucket, is backed up by the means of those.',
  platform: false,
  examples: [
    ['fusion-platform backup survey.tar --data ~/survey', 'whether it runs or not'],
    ['fusion-platform restore survey.tar --data ~/again', 'makes a platform of it elsewhere'],
  ],
  configure: (command) =>
    void command
      .argument('<file>', 'the archive, which must not be there yet')
      .option('--data <folder>', 'the data of the platform (FUSION_DATA; default: .fusion/platform)'),
  load: async () => (await import('./run.ts')).run,
};
