import { Command } from 'commander';

import { groups } from '../commands/index.ts';
import type { CommonOptions } from '../command/index.ts';
import type { CommandDefinition, GroupDefinition, Handler } from '../command/index.ts';
import { exitCodeTexts } from '../errors/index.ts';
import { version } from './version.ts';

/** Runs a command that was found, with its own options apart from those that all have. */
export type Perform = (
  load: () => Promise<Handler>,
  options: CommonOptions,
  args: readonly unknown[],
) => Promise<void>;

/**
 * The command line, ready to parse these words. Nothing of what commands do is loaded yet, and only commands that the
 * words name have their options: the others are there for the help and for what is close to a slip.
 */
export function createProgram(words: readonly string[], perform: Perform): Command {
  const isNamed = ({ name, alias }: CommandDefinition): boolean =>
    words.includes(name) || (alias !== undefined && words.includes(alias));
  const program = new Command('fusion-platform')
    .description('Run Earth-observation services over your regions, watch them, and fetch what they make.')
    .usage('COMMAND [options]')
    .version(version, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print help; also for each command')
    .helpCommand(false)
    .showHelpAfterError(false)
    .configureHelp({ sortSubcommands: false, subcommandTerm: (command) => command.name() })
    .addHelpText('after', closing());
  for (const { title, members } of groups) {
    program.commandsGroup(title);
    for (const member of members) addMember(program, member, { perform, isNamed });
  }
  return program;
}

interface Parsing {
  readonly perform: Perform;
  readonly isNamed: (definition: CommandDefinition) => boolean;
}

function addMember(parent: Command, member: CommandDefinition | GroupDefinition, parsing: Parsing): void {
  if (!('commands' in member)) {
    addCommand(parent, member, parsing);
    return;
  }
  const group = parent
    .command(member.name)
    .summary(member.summary)
    .description(`${member.summary}.`)
    .helpCommand(false)
    .helpOption('-h, --help', 'print help; also for each command')
    .configureHelp({ subcommandTerm: (command) => command.name() });
  group.commandsGroup('Commands:');
  for (const command of member.commands) {
    const isDefault = command.name === member.otherwise;
    addCommand(group, command, parsing, { isDefault });
  }
}

function addCommand(
  parent: Command,
  definition: CommandDefinition,
  { perform, isNamed }: Parsing,
  settings: { readonly isDefault?: boolean } = {},
): void {
  const command = parent
    .command(definition.name, { ...settings, hidden: definition.hidden === true })
    .summary(definition.summary)
    .description(definition.description ?? `${definition.summary}.`)
    .helpOption('-h, --help', 'print this help');
  if (definition.alias) command.alias(definition.alias);
  if (!settings.isDefault && !isNamed(definition)) return;
  definition.configure?.(command);
  addCommonOptions(command, definition.platform);
  const lines = definition.examples.map(([line, does]) => `  $ ${line}\n      ${does}`);
  command.addHelpText('after', `\nExamples:\n${lines.join('\n')}\n`);
  command.action(async (...given: unknown[]) => {
    const options = command.opts<CommonOptions>();
    await perform(definition.load, options, given.slice(0, -2));
  });
}

function addCommonOptions(command: Command, platform: boolean): void {
  if (platform) {
    command
      .optionsGroup('Where and as whom:')
      .option(
        '-y, --deployment <name or URL>',
        'the platform: production-irl, production-aus, stage, a profile, or any URL',
      )
      .option('-e, --email <address>', 'the e-mail address to log in with')
      .option('-g, --organisation <name or id>', 'the organisation to work in')
      .option('--profile <name>', 'a platform, user and organisation kept by `login`');
  }
  command
    .optionsGroup('Output:')
    .option('--json', 'print JSON with stable keys')
    .option('-q, --quiet', 'print ids alone, one a line')
    .option('--no-color', 'no colours; NO_COLOR does the same')
    .option('-b, --debug', 'show requests and answers, secrets masked');
}

function closing(): string {
  const codes = exitCodeTexts.map(([code, text]) => `  ${String(code).padStart(3)}  ${text}`);
  return `
Exit codes:
${codes.join('\n')}

Variables: FUSION_URL, FUSION_EMAIL, FUSION_PASSWORD, FUSION_ORGANISATION, FUSION_PROFILE, FUSION_CONFIG_DIR, NO_COLOR.
First steps:
  $ fusion-platform login
  $ fusion-platform services ls
  $ fusion-platform start Elevation --input-list region.geojson --download
`;
}
