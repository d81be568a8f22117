import type { CommandDefinition, GroupDefinition } from '../../command/index.ts';

const ls: CommandDefinition = {
  name: 'ls',
  summary: 'List services',
  platform: true,
  examples: [
    ['fusion-platform services ls', 'those that can be started'],
    ['fusion-platform services ls --keyword Elevation', 'by keyword'],
    ['fusion-platform services ls --own', 'those of your organisation, approved or not'],
  ],
  configure: (command) =>
    void command
      .option('--keyword <word>', 'only those with this keyword, as it is written')
      .option('--search <text>', 'only those in which the text occurs')
      .option('--own', 'those of the organisation, approved or not')
      .option('--dispatchers', 'those that send outputs somewhere'),
  load: async () => (await import('./ls/run.ts')).run,
};

const show: CommandDefinition = {
  name: 'show',
  summary: 'Show a service: what it takes, gives and costs',
  platform: true,
  examples: [
    ['fusion-platform services show Elevation', 'inputs, options with their validations, documentation'],
  ],
  configure: (command) =>
    void command.argument('<service...>', 'services by name (starts with), id or SSD id'),
  load: async () => (await import('./show/run.ts')).run,
};

const init: CommandDefinition = {
  name: 'init',
  summary: 'Make a folder with a service of your own, which runs at once',
  description:
    'Makes a folder with service.yaml, a program that works, a README and a sample input: in TypeScript, or in Python with GDAL.',
  platform: false,
  examples: [
    ['fusion-platform services init "Field boundaries"', 'in the folder field-boundaries, in TypeScript'],
    ['fusion-platform services init Slope --language python', 'in Python, with GDAL'],
  ],
  configure: (command) =>
    void command
      .argument('<name>', 'what to call the service')
      .option('--language <language>', 'typescript or python (default: typescript)')
      .option('--to <folder>', 'where (default: a folder of that name)'),
  load: async () => (await import('./init/run.ts')).run,
};

const check: CommandDefinition = {
  name: 'check',
  summary: 'Check the folder of a service, without a platform',
  description:
    'Says everything that is wrong with service.yaml by file, line and column, and what in the folder cannot be published. Ends with 0 when nothing is wrong, with 2 when something is.',
  platform: false,
  examples: [
    ['fusion-platform services check slope', 'slope/service.yaml:12:5: options.0.name: …'],
    ['fusion-platform services check */ --json', 'several folders, for another program'],
  ],
  configure: (command) => void command.argument('<folder...>', 'folders with a service.yaml'),
  load: async () => (await import('./check/run.ts')).run,
};

const list = (value: string, before: readonly string[] | undefined): string[] => [...(before ?? []), value];

const tryIt: CommandDefinition = {
  name: 'try',
  summary: 'Run the folder of a service on this machine, without a platform',
  description:
    'Runs the service once, in the sandbox and with the folders that a platform would give it: inputs are analysed, options judged, limits kept. Its log comes on standard error, what it made is listed and stays in DIR/.try. Needs the platform beside the command (a clone of the repository; FUSION_PLATFORM_HOME names it), but starts none. Ends with 3 when the service fails, with 2 when it cannot be run so.',
  platform: false,
  examples: [
    ['fusion-platform services try slope --input dem.tif', 'input 1'],
    [
      'fusion-platform services try slope --input 1=dem.tif --input 2=region.geojson --option unit=percent',
      'more',
    ],
    ['fusion-platform services try slope --input dem.tif --json', 'the end of it for another program'],
  ],
  configure: (command) =>
    void command
      .argument('<folder>', 'a folder with a service.yaml')
      .option('-i, --input <file>', 'a file for the next input, or N=FILE for input N; repeatable', list)
      .option('-o, --option <name=value>', 'an option; repeatable', list)
      .option('--to <folder>', 'where outputs, job.json and kept storage go (default: .try in the folder)')
      .option('--fresh', 'without the storage that the last trial kept'),
  load: async () => (await import('./try/run.ts')).run,
};

export const services: GroupDefinition = {
  name: 'services',
  summary: 'List and show services; write, try and publish your own',
  commands: [ls, show, init, check, tryIt],
};
