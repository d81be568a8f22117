import { Command } from 'commander';
import { expect, test } from 'vitest';

import type { CommandDefinition } from '../command/index.ts';
import { groups } from '../commands/index.ts';
import { description, helpText, rootHelp, versionText } from './root-help.ts';

/** The same help, laid out by the parser, which lays out that of each command. */
function byTheParser(width: number): string {
  const program = new Command('fusion-platform')
    .description(description)
    .usage('COMMAND [options]')
    .version('1.0.0', '-v, --version', versionText)
    .helpOption('-h, --help', helpText)
    .helpCommand(false)
    .configureOutput({ getOutHelpWidth: () => width })
    .configureHelp({ subcommandTerm: (command) => command.name() });
  for (const { title, members } of groups) {
    program.commandsGroup(title);
    for (const { name, summary, hidden = false } of members as readonly CommandDefinition[])
      program.command(name, { hidden }).description(summary);
  }
  return program.helpInformation();
}

test.each([80, 100, 200, 60])('the help is laid out as that of each command, in %i columns', (width) => {
  const whole = rootHelp(width);
  const parsed = byTheParser(width);
  expect(whole.slice(0, parsed.length)).toBe(parsed);
  expect(whole.slice(parsed.length)).toMatch(/^\nExit codes:\n/);
});

test('a narrow terminal has lines that are too long, but all of the text', () => {
  const words = (text: string): string[] => text.split(/\s+/);
  expect(words(rootHelp(10))).toEqual(words(rootHelp(80)));
});
