import type { Command } from 'commander';

import type { CommandDefinition, GroupDefinition } from '../../command/index.ts';

const withData = (command: Command): Command =>
  command.option('--data <folder>', 'the data of the platform (FUSION_DATA; default: .fusion/platform)');

const load = (name: string) => async () => (await import('./run.ts')).runner(name);

const addUser: CommandDefinition = {
  name: 'add-user',
  summary: 'Make a user, or make one that there is a member of another organisation',
  platform: false,
  examples: [
    [
      "fusion-platform admin add-user --email ada@example.com --organisation 'Survey of Scotland'",
      'who may view, create and execute; prints a password, this once',
    ],
    [
      'fusion-platform admin add-user --email ada@example.com --organisation Survey --password-stdin < password',
      'with a password of your own',
    ],
  ],
  configure: (command) =>
    void withData(command)
      .requiredOption('--email <address>', 'with which the user logs in')
      .requiredOption('--organisation <name or id>', 'of which the user becomes a member')
      .option('--given-name <name>', 'first name')
      .option('--family-name <name>', 'last name')
      .option(
        '--role <role...>',
        'what the user may do: view_processing_chains, create_and_execute_processing_chains, create_ssds, audit_ssds, manage_organisation',
      )
      .option('--password-stdin', 'read the password from standard input; without it one is made'),
  load: load('add-user'),
};

const addOrganisation: CommandDefinition = {
  name: 'add-organisation',
  summary: 'Make an organisation',
  platform: false,
  examples: [
    ["fusion-platform admin add-organisation --name 'Survey of Scotland' --credits 500", 'with credits'],
  ],
  configure: (command) =>
    void withData(command)
      .requiredOption('--name <name>', 'what it is called')
      .option('--credits <amount>', 'what it begins with (default: 0)'),
  load: load('add-organisation'),
};

const addCredits: CommandDefinition = {
  name: 'add-credits',
  summary: 'Give credits to an organisation',
  platform: false,
  examples: [
    ["fusion-platform admin add-credits --organisation 'Survey of Scotland' --credits 1000", 'for anything'],
    [
      "fusion-platform admin add-credits --organisation 'Survey of Scotland' --credits 50 --purse cloud_storage",
      'for uploads and the storage of data alone',
    ],
  ],
  configure: (command) =>
    void withData(command)
      .requiredOption('--organisation <name or id>', 'to whom')
      .requiredOption('--credits <amount>', 'how many, with up to six decimals')
      .option('--purse <purse>', 'any, cloud_storage, registry_storage or runtime_any')
      .option('--ssd <id...>', 'for executions of these SSDs alone'),
  load: load('add-credits'),
};

const signInLink: CommandDefinition = {
  name: 'sign-in-link',
  summary: 'Print a link that logs a user in once, without a password',
  platform: false,
  examples: [
    ['fusion-platform admin sign-in-link', 'for the first user; good for a quarter of an hour'],
    ['fusion-platform admin sign-in-link --email ada@example.com', 'for another one'],
  ],
  configure: (command) =>
    void withData(command).option('--email <address>', 'whom it logs in (default: the first user)'),
  load: load('sign-in-link'),
};

const nodes: CommandDefinition = {
  name: 'nodes',
  summary: 'List the platforms that share the database, with their names and addresses',
  platform: false,
  examples: [
    ['fusion-platform admin nodes', 'how each stands, its slots and memory, when it was last heard of'],
    ['fusion-platform admin nodes --json', 'for another program'],
  ],
  configure: (command) => void withData(command),
  load: load('nodes'),
};

export const admin: GroupDefinition = {
  name: 'admin',
  summary: 'Users, organisations and credits of a platform on this machine, also while it runs',
  commands: [addUser, addOrganisation, addCredits, signInLink, nodes],
};
