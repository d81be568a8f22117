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

export const services: GroupDefinition = {
  name: 'services',
  summary: 'List and show services; write, try and publish your own',
  commands: [ls, show, check],
};
