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

const publish: CommandDefinition = {
  name: 'publish',
  summary: 'Publish a version of your own service',
  description:
    'Checks the folder, sends service.yaml with an archive of it (names that begin with a dot are left out), or with the name of an image alone, and makes a version that never changes. It waits for approval; until then your own organisation runs it, without a network. Needs the role create_ssds.',
  platform: true,
  examples: [
    ['fusion-platform services publish slope', 'the folder slope'],
    ['fusion-platform services publish slope --image registry.example/slope@sha256:…', 'an image'],
    [
      'fusion-platform services publish slope --whitelist a0f3b6a3-ba14-4587-a294-972bfd1a5876',
      'for that organisation and your own',
    ],
  ],
  configure: (command) =>
    void command
      .argument('[folder]', 'a folder with a service.yaml (default: the current one)')
      .option('--image <reference>', 'the image that runs, in place of a command of the folder')
      .option(
        '--whitelist <organisation>',
        'who may run it besides your own organisation: by id, or by name where you are a member; repeatable',
        list,
      ),
  load: async () => (await import('./publish/run.ts')).run,
};

const version = ['<version...>', 'by id, or by name and number: Slope@2'] as const;

const versions: CommandDefinition = {
  name: 'versions',
  summary: 'List published versions: your own, and all for who approves them',
  platform: true,
  examples: [
    ['fusion-platform services versions', 'name, version, state, for whom, and id of each'],
    ['fusion-platform services versions --state pending -q', 'ids of those that wait for approval'],
  ],
  configure: (command) =>
    void command
      .argument('[name]', 'only services whose name starts so')
      .option('--state <state>', 'only those that are pending, approved or withdrawn'),
  load: async () => (await import('./versions/run.ts')).run,
};

const download: CommandDefinition = {
  name: 'download',
  summary: 'Download the archive of a published version, to see what it runs',
  platform: true,
  examples: [['fusion-platform services download Slope@2', 'slope-2.tar.gz']],
  configure: (command) =>
    void command
      .argument('<version>', version[1])
      .option('--to <file>', 'where to (default: NAME-VERSION.tar.gz)'),
  load: async () => (await import('./download/run.ts')).run,
};

const approve: CommandDefinition = {
  name: 'approve',
  summary: 'Approve published versions, so that they are offered',
  description:
    'Offers versions to all organisations, or to those that they name. Needs the role audit_ssds in the organisation that runs the platform.',
  platform: true,
  examples: [['fusion-platform services approve Slope@2', 'by name and number']],
  configure: (command) => void command.argument(...version),
  load: async () => (await import('./approve/run.ts')).run,
};

const withdraw: CommandDefinition = {
  name: 'withdraw',
  summary: 'Withdraw published versions for good',
  description: 'They are offered no more and nothing new runs with them; what runs goes on.',
  platform: true,
  examples: [
    ['fusion-platform services withdraw Slope@1 --reason "Wrong at the coast" --yes', 'with the reason'],
  ],
  configure: (command) =>
    void command
      .argument(...version)
      .option('--reason <text>', 'why, for those who wonder')
      .option('--yes', 'do not ask'),
  load: async () => (await import('./withdraw/run.ts')).run,
};

const whitelist: CommandDefinition = {
  name: 'whitelist',
  summary: 'Say who may run a published version',
  platform: true,
  examples: [
    [
      'fusion-platform services whitelist Slope@2 a0f3b6a3-ba14-4587-a294-972bfd1a5876',
      'that organisation, which finds its id with `whoami --json`, and your own',
    ],
    ['fusion-platform services whitelist Slope@2 --all', 'everybody'],
    ['fusion-platform services whitelist Slope@2', 'your own organisation alone'],
  ],
  configure: (command) =>
    void command
      .argument('<version>', version[1])
      .argument('[organisation...]', 'organisations by id, or by name where you are a member')
      .option('--all', 'all organisations'),
  load: async () => (await import('./whitelist/run.ts')).run,
};

export const services: GroupDefinition = {
  name: 'services',
  summary: 'List and show services; write, try and publish your own',
  commands: [ls, show, init, check, tryIt, publish, versions, download, whitelist, approve, withdraw],
};
