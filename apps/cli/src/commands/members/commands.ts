import type { Command } from 'commander';

import type { CommandDefinition, GroupDefinition } from '../../command/index.ts';

const known =
  'view_processing_chains, create_and_execute_processing_chains, audit_ssds, create_ssds, manage_organisation';

const withRoles = (command: Command): Command =>
  command.option('--role <role...>', `what they may do: ${known} (default: the first two)`);

const ls: CommandDefinition = {
  name: 'ls',
  summary: 'List the members with their roles',
  platform: true,
  examples: [
    ['fusion-platform members ls', 'who belongs to the organisation, and what each may do'],
    ['fusion-platform members ls --role manage_organisation', 'those who manage it'],
  ],
  configure: (command) => void command.option('--role <role>', 'only those who have it'),
  load: async () => (await import('./ls/run.ts')).run,
};

const add: CommandDefinition = {
  name: 'add',
  summary: 'Make members of people from your other organisations',
  description:
    'Adds those who belong to another organisation of yours, by their addresses. Anybody else is invited: a platform does not tell who has an account.',
  platform: true,
  examples: [
    ['fusion-platform members add ada@example.com', 'who may view, create and execute'],
    [
      'fusion-platform members add ada@example.com grace@example.com --role view_processing_chains',
      'two who may look',
    ],
  ],
  configure: (command) => void withRoles(command.argument('<email...>', 'addresses')),
  load: async () => (await import('./add/run.ts')).run,
};

const invite: CommandDefinition = {
  name: 'invite',
  summary: 'Print a link by which somebody becomes a member',
  description:
    'The link is good for a week, and once: who has it sets a password, or gives the one of the account that they have. Hand it over to that person and to nobody else. It takes the place of an earlier link for the same address.',
  platform: true,
  examples: [
    ['fusion-platform members invite grace@example.com', 'who will be able to view, create and execute'],
    [
      'fusion-platform members invite grace@example.com --role view_processing_chains --quiet',
      'the link alone',
    ],
  ],
  configure: (command) => void withRoles(command.argument('<email>', 'the address of the person')),
  load: async () => (await import('./invite/run.ts')).run,
};

const invitations: CommandDefinition = {
  name: 'invitations',
  summary: 'List the invitations that are open',
  platform: true,
  examples: [['fusion-platform members invitations', 'for whom, with which roles, and until when']],
  load: async () => (await import('./invitations/run.ts')).run,
};

const revoke: CommandDefinition = {
  name: 'revoke',
  summary: 'Make the links of invitations good for nothing',
  platform: true,
  examples: [['fusion-platform members revoke grace@example.com', 'by the address that was invited']],
  configure: (command) => void command.argument('<invitation...>', 'invitations by address or id'),
  load: async () => (await import('./revoke/run.ts')).run,
};

const accept: CommandDefinition = {
  name: 'accept',
  summary: 'Become a member by the link of an invitation',
  description:
    'For whom the link was made: sets the password of a new account, or takes the one of the account that there is. The password is asked for, or FUSION_PASSWORD.',
  platform: false,
  examples: [
    ["fusion-platform members accept 'http://127.0.0.1:8080/invitation#code=…'", 'asks for the password'],
    [
      "fusion-platform members accept 'http://127.0.0.1:8080/invitation#code=…' --given-name Grace --family-name Hopper --password-stdin < password",
      'for a new account, with its name',
    ],
  ],
  configure: (command) =>
    void command
      .argument('<link>', 'the link, in quotation marks')
      .option('--given-name <name>', 'first name, for a new account')
      .option('--family-name <name>', 'last name, for a new account')
      .option('--password-stdin', 'read the password from standard input'),
  load: async () => (await import('./accept/run.ts')).run,
};

const roles: CommandDefinition = {
  name: 'roles',
  summary: 'Change what a member may do',
  description:
    'You give the roles alone that you have yourself. Somebody always manages the organisation: its last manager keeps that role. When the roles have changed since they were read, nothing is changed.',
  platform: true,
  examples: [
    ['fusion-platform members roles ada@example.com --add create_ssds', 'one more'],
    ['fusion-platform members roles ada@example.com --take manage_organisation', 'one less'],
    ['fusion-platform members roles ada@example.com --set view_processing_chains', 'this one and no other'],
  ],
  configure: (command) =>
    void command
      .argument('<member>', 'the member by address or id')
      .option('--add <role...>', `roles to give: ${known}`)
      .option('--take <role...>', 'roles to take away')
      .option('--set <role...>', 'the roles from now on, instead of those there are'),
  load: async () => (await import('./roles/run.ts')).run,
};

const rm: CommandDefinition = {
  name: 'rm',
  summary: 'Remove members from the organisation',
  description:
    'Ends at once what they do there. They keep their accounts, and the organisation its processes and data. You may remove yourself, unless nobody else manages the organisation.',
  platform: true,
  examples: [['fusion-platform members rm ada@example.com --yes', 'without being asked']],
  configure: (command) =>
    void command.argument('<member...>', 'members by address or id').option('--yes', 'do not ask'),
  load: async () => (await import('./rm/run.ts')).run,
};

export const members: GroupDefinition = {
  name: 'members',
  summary: 'Who belongs to the organisation: list, add, invite, change and remove',
  commands: [ls, add, invite, invitations, revoke, accept, roles, rm],
};
