import type { CommandDefinition } from '../../command/index.ts';

export const restore: CommandDefinition = {
  name: 'restore',
  summary: 'Make a platform on this machine from a backup',
  description:
    'Checks the archive while it unpacks it beside the folder; the folder is there once all of it is right, or not at all. A folder that is not empty, an archive that is damaged and one of a newer platform are refused. What ran when the backup was made is tried again once the platform starts.',
  platform: false,
  examples: [
    ['fusion-platform restore survey.tar --data ~/again', 'into a folder that is not there yet'],
    ['fusion-platform up --data ~/again', 'starts it, with the settings of the backup'],
  ],
  configure: (command) =>
    void command
      .argument('<file>', 'a backup')
      .option('--data <folder>', 'where its data shall be (FUSION_DATA; default: .fusion/platform)'),
  load: async () => (await import('./run.ts')).run,
};
