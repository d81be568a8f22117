import type { CommandDefinition, GroupDefinition } from '../../command/index.ts';

const ls: CommandDefinition = {
  name: 'ls',
  summary: 'List uploaded data',
  platform: true,
  examples: [['fusion-platform data ls --search glasgow', 'those in which the text occurs']],
  configure: (command) => void command.option('--search <text>', 'only those in which the text occurs'),
  load: async () => (await import('./ls/run.ts')).run,
};

const upload: CommandDefinition = {
  name: 'upload',
  summary: 'Upload files as data',
  description:
    'Uploads each file as data of its own, or all as one with --name, and waits for their analysis. After Ctrl-C nothing half remains.',
  platform: true,
  examples: [
    ['fusion-platform data upload regions/*.geojson', 'each under the name of its file'],
    ['fusion-platform data upload a.tif b.tif --name Scenes', 'two files of one data item'],
  ],
  configure: (command) =>
    void command
      .argument('<file...>', 'files')
      .option('--name <name>', 'what to call the data; several files become one data item')
      .option('--type <type>', 'the file type, where the extension does not tell: GeoTIFF, GeoJSON, CSV, …'),
  load: async () => (await import('./upload/run.ts')).run,
};

const show: CommandDefinition = {
  name: 'show',
  summary: 'Show data and its files, with what analysis has found',
  platform: true,
  examples: [['fusion-platform data show Glasgow', 'size, place, area, bands or columns of each file']],
  configure: (command) => void command.argument('<data...>', 'data by name or id'),
  load: async () => (await import('./show/run.ts')).run,
};

const download: CommandDefinition = {
  name: 'download',
  summary: 'Download the files of data',
  platform: true,
  examples: [
    ['fusion-platform data download Glasgow --to regions', 'files that are there already are left alone'],
  ],
  configure: (command) =>
    void command
      .argument('<data...>', 'data by name or id')
      .option('--preview', 'the preview pictures instead')
      .option('--to <folder>', 'where to (default: the current folder)'),
  load: async () => (await import('./download/run.ts')).run,
};

const rm: CommandDefinition = {
  name: 'rm',
  summary: 'Remove data',
  platform: true,
  examples: [['fusion-platform data rm Glasgow --yes', 'what a process uses is not removed']],
  configure: (command) =>
    void command.argument('<data...>', 'data by name or id').option('--yes', 'do not ask'),
  load: async () => (await import('./rm/run.ts')).run,
};

export const data: GroupDefinition = {
  name: 'data',
  summary: 'Upload, show, download and remove data',
  commands: [ls, upload, show, download, rm],
};
