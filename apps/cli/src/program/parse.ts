import { CommanderError } from 'commander';
import type { Command } from 'commander';

import { errorJson, exitCodes } from '../errors/index.ts';
import { createProgram } from './program.ts';
import type { Perform } from './program.ts';

/**
 * Finds the command that the words name and performs it.
 * @returns the exit code where the parser had the last word: help, the version, or bad usage
 * @throws what the command throws
 */
export async function parse(words: readonly string[], perform: Perform): Promise<number | undefined> {
  const program = createProgram(words, perform);
  prepare(program, words.includes('--json'));
  try {
    await program.parseAsync(words, { from: 'user' });
    return undefined;
  } catch (error) {
    if (error instanceof CommanderError) return codeOf(error);
    throw error;
  }
}

/** Commander throws instead of ending the process, and says what is wrong as we do. */
function prepare(program: Command, json: boolean): void {
  const each = (command: Command): void => {
    command.exitOverride();
    command.configureOutput({
      outputError: (text, write) => {
        const next = `${fullName(command)} --help`;
        if (!json) return write(`${text.trimEnd()}\n  → ${next}\n`);
        const message = text.trim().replace(/^error: /, '');
        write(errorJson({ code: 'usage', message, next, exitCode: exitCodes.usage }));
      },
    });
    command.commands.forEach(each);
  };
  each(program);
}

/** As it is typed, with all that comes before it: `fusion-platform members roles`. */
function fullName(command: Command): string {
  return command.parent ? `${fullName(command.parent)} ${command.name()}` : command.name();
}

function codeOf(error: CommanderError): number {
  const helped = ['commander.helpDisplayed', 'commander.version'].includes(error.code);
  return helped ? exitCodes.success : exitCodes.usage;
}
