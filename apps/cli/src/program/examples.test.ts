import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { groups } from '../commands/index.ts';
import { exitCodes } from '../errors/index.ts';
import { normaliseArguments } from './arguments.ts';
import { createProgram } from './program.ts';
import { rootHelp } from './root-help.ts';

const root = join(import.meta.dirname, '../../../..');
const name = 'fusion-platform';

/** The words of a command line, as a shell splits it, up to a pipe or a redirection. */
function wordsOf(line: string): string[] {
  const [command = ''] = line.split(/\s(?:\||#|>|<|2>|&&)\s?|\s#\s/);
  return Array.from(command.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g), ([word]) =>
    word.replaceAll(/["']/g, ''),
  );
}

/** Whether the parser takes them, without performing anything. @returns what is wrong */
async function faultOf(line: string): Promise<string | undefined> {
  const [program, ...args] = wordsOf(line);
  if (program !== name) return `it does not begin with ${name}`;
  const words = normaliseArguments(args);
  if (words.length === 1 && /^--?(h|v|help|version)$/.test(words[0]!)) return undefined;
  let performed = false;
  const parser = createProgram(words, async () => {
    performed = true;
    await Promise.resolve();
  });
  const each = (command: typeof parser): void => {
    command.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
    command.commands.forEach(each);
  };
  each(parser);
  try {
    await parser.parseAsync(words, { from: 'user' });
    return performed ? undefined : 'no command is performed';
  } catch (error) {
    const { code, message } = error as { readonly code?: string; readonly message: string };
    return code === 'commander.helpDisplayed' ? undefined : message;
  }
}

const commands = groups
  .flatMap(({ members }) => members)
  .flatMap((member) => ('commands' in member ? member.commands : [member]));

test('a command line that it does not take is told apart', async () => {
  expect(await faultOf(`${name} list --nonsense`)).toMatch(/unknown option/);
  expect(await faultOf(`${name} lst`)).toMatch(/unknown command/);
  expect(await faultOf(`${name} cp "Only one"`)).toMatch(/missing required argument/);
  expect(await faultOf(`${name} list --search "a b" | head -1`)).toBeUndefined();
});

test('the examples of every command are command lines that it takes', async () => {
  const faults: string[] = [];
  for (const { examples, summary } of commands) {
    expect([summary, examples.length]).not.toEqual([summary, 0]);
    for (const [line] of examples) {
      const inner = /<\((.*)\)/.exec(line)?.[1] ?? line;
      const fault = await faultOf(inner);
      if (fault !== undefined) faults.push(`${line}: ${fault}`);
    }
  }
  expect(faults).toEqual([]);
});

test('the command lines in the documents are ones that it takes', async () => {
  const files = ['README.md', ...readdirSync(join(root, 'docs')).map((file) => `docs/${file}`)];
  const faults: string[] = [];
  let seen = 0;
  for (const file of files.filter((path) => path.endsWith('.md'))) {
    const blocks = readFileSync(join(root, file), 'utf8').matchAll(/```\w*\n([^]*?)```/g);
    for (const [, block] of blocks)
      for (const line of block!.replaceAll('\\\n', ' ').split('\n')) {
        const command = /^\s*(?:\$ )?(?:npx )?(fusion-platform .*)$/.exec(line)?.[1];
        if (command === undefined) continue;
        seen += 1;
        const fault = await faultOf(command);
        if (fault !== undefined) faults.push(`${file}: ${command}: ${fault}`);
      }
  }
  expect(seen).toBeGreaterThan(20);
  expect(faults).toEqual([]);
});

/** The tables below that heading of docs/command-line.md. */
function tablesBelow(heading: string): string {
  const page = readFileSync(join(root, 'docs/command-line.md'), 'utf8');
  const [, below = ''] = page.split(`\n${heading}\n`);
  const [section = ''] = below.split(/\n## /);
  return Array.from(section.matchAll(/^\|.*$/gm), ([line]) => line).join('\n');
}

test('docs/command-line.md lists every command', () => {
  const listed = new Set(tablesBelow('## Commands').match(/(?<=[`| \\])[a-z-]+(?=[`| \\])/g));
  const names = groups
    .flatMap(({ members }) => members)
    .filter((member) => !('hidden' in member && member.hidden))
    .flatMap((member) => [
      member.name,
      ...('commands' in member ? member.commands.map(({ name: one }) => one) : []),
    ]);
  expect(names.length).toBeGreaterThan(30);
  expect(names.filter((one) => !listed.has(one))).toEqual([]);
});

test('docs/command-line.md lists every exit code', () => {
  const listed = Array.from(tablesBelow('## In scripts').matchAll(/^\| (\d+) \|/gm), ([, code]) =>
    Number(code),
  );
  expect(listed).toEqual(Object.values(exitCodes));
});

test('docs/command-line.md and the help list the variables that the command reads', () => {
  const variables = /\b(?:FUSION_[A-Z_]*[A-Z]|NO_COLOR)\b/g;
  const told = new Set(rootHelp(80).match(variables));
  const page = readFileSync(join(root, 'docs/command-line.md'), 'utf8');
  expect([...told].filter((one) => !page.includes(one))).toEqual([]);
  const sources = ['session', 'commands/login', 'local-platform'].flatMap((folder) =>
    readdirSync(join(root, 'apps/cli/src', folder)).map((file) => join(root, 'apps/cli/src', folder, file)),
  );
  const read = sources.flatMap(
    (file) => readFileSync(file, 'utf8').match(/(?<=env\[')FUSION_[A-Z_]+/g) ?? [],
  );
  expect(read.length).toBeGreaterThan(8);
  expect(read.filter((one) => !told.has(one))).toEqual([]);
});
