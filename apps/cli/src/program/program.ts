import { Command } from 'commander';

import { groups } from '../commands/index.ts';
import type { CommonOptions } from '../command/index.ts';
import type { CommandDefinition, GroupDefinition, Handler } from '../command/index.ts';
import { description, helpText, rootHelp, versionText } from './root-help.ts';
import { version } from './version.ts';

/** Runs a command that was found, with its own options apart from those that all have. */
export type Perform = (
  load: () => Promise<Handler>,
  options: CommonOptions,
  args: readonly unknown[],
) => Promise<void>;

/**
 * The command line, ready to parse these words. Nothing of what commands do is loaded yet. The parser is told of the
 * command alone that the words name, and of all where they name none, to find what is close to a slip.
 */
export function createProgram(words: readonly string[], perform: Perform): Command {
  const program = new Command('fusion-platform')
    .description(description)
    .usage('COMMAND [options]')
    .version(version, '-v, --version', versionText)
    .helpOption('-h, --help', helpText)
    .helpCommand(false)
    .showHelpAfterError(false);
  program.helpInformation = () => rootHelp(process.stdout.columns || 80);
  const [first, second] = words.filter((word) => !word.startsWith('-'));
  for (const member of named(
    first,
    groups.flatMap(({ members }) => members),
  )) {
    if ('commands' in member) addGroup(program, member, { second, perform });
    else addCommand(program, member, perform, { whole: isNamed(first, member) });
  }
  return program;
}

type Member = CommandDefinition | GroupDefinition;

const isNamed = (word: string | undefined, member: Member): boolean =>
  word !== undefined && (word === member.name || ('alias' in member && word === member.alias));

/** The one that the word names; all where it names none. */
function named<T extends Member>(word: string | undefined, members: readonly T[]): readonly T[] {
  const found = members.find((member) => isNamed(word, member));
  return found ? [found] : members;
}

function addGroup(
  program: Command,
  group: GroupDefinition,
  { second, perform }: { readonly second: string | undefined; readonly perform: Perform },
): void {
  const command = program
    .command(group.name)
    .summary(group.summary)
    .description(`${group.summary}.`)
    .helpCommand(false)
    .helpOption('-h, --help', helpText)
    .configureHelp({ subcommandTerm: (one) => one.name() });
  command.commandsGroup('Commands:');
  for (const member of named(second, group.commands)) {
    const isDefault = member.name === group.otherwise;
    addCommand(command, member, perform, { isDefault, whole: isDefault || isNamed(second, member) });
  }
}

/** @param settings `whole` with all of its options: without them it is there for lists and slips */
function addCommand(
  parent: Command,
  definition: CommandDefinition,
  perform: Perform,
  { isDefault = false, whole }: { readonly isDefault?: boolean; readonly whole: boolean },
): void {
  const command = parent
    .command(definition.name, { isDefault, hidden: definition.hidden === true })
    .summary(definition.summary)
    .description(definition.description ?? `${definition.summary}.`)
    .helpOption('-h, --help', 'print this help');
  if (definition.alias) command.alias(definition.alias);
  if (!whole) return;
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
