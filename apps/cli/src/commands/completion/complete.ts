import { Command } from 'commander';
import type { Organisation } from 'fusion-platform';

import type { Cli, CommandDefinition, CommonOptions, GroupDefinition } from '../../command/index.ts';

/** A shell does not wait longer than this for names. */
const patienceMs = 4000;
const mostNames = 200;

const common = ['--json', '--quiet', '--no-color', '--debug', '--help'];
const ofPlatform = ['--deployment', '--email', '--organisation', '--profile'];

export async function run(cli: Cli, _: CommonOptions, words: readonly string[]): Promise<void> {
  const last = words.at(-1) ?? '';
  const candidates = await candidatesFor(cli, words.slice(0, -1), last);
  const matching = candidates.filter((one) => one.toLowerCase().startsWith(last.toLowerCase()));
  cli.out.lines([...new Set(matching)]);
}

type Member = CommandDefinition | GroupDefinition;

async function candidatesFor(cli: Cli, before: readonly string[], last: string): Promise<readonly string[]> {
  const members = cli.commands;
  const [first, second] = before;
  if (first === undefined) return visible(members);
  const member = members.find(({ name }) => name === first);
  if (!member) return [];
  if (!('commands' in member)) return await ofCommand(cli, member, member.name, last);
  const command = member.commands.find(({ name }) => name === second);
  if (command) return await ofCommand(cli, command, `${member.name} ${command.name}`, last);
  const otherwise = member.commands.find(({ name }) => name === member.otherwise);
  const own = visible(member.commands);
  return otherwise
    ? [...own, ...(await ofCommand(cli, otherwise, `${member.name} ${otherwise.name}`, last))]
    : own;
}

const visible = (members: readonly Member[]): string[] =>
  members.filter((one) => !('hidden' in one && one.hidden)).map(({ name }) => name);

async function ofCommand(
  cli: Cli,
  definition: CommandDefinition,
  path: string,
  last: string,
): Promise<readonly string[]> {
  if (!last.startsWith('-')) return await namesFor(cli, path);
  const command = new Command();
  definition.configure?.(command);
  const own = command.options.flatMap(({ long }) => (long ? [long] : []));
  return [...own, ...common, ...(definition.platform ? ofPlatform : [])];
}

const takesProcess = new Set(
  'display define download stop retry cp rm watch why logs metrics open'.split(' ').concat('receipt make'),
);
const takesService = new Set(['start', 'services show']);
const takesMember = new Set(['members roles', 'members rm']);
const takesData = new Set(['data show', 'data download', 'data rm']);

/** Names of what is on the platform. Nobody is asked for a password here, and nothing that fails is told. */
async function namesFor(cli: Cli, path: string): Promise<readonly string[]> {
  const kind =
    takesProcess.has(path) || takesService.has(path) || takesData.has(path) || takesMember.has(path);
  if (!kind) return [];
  const late = new Promise<readonly string[]>(
    (resolve) => void setTimeout(() => resolve([]), patienceMs).unref(),
  );
  const asked = names(cli, path).catch(() => []);
  return await Promise.race([asked, late]);
}

async function names(cli: Cli, path: string): Promise<readonly string[]> {
  const { findSaved } = await import('../../session/index.ts');
  const target = await cli.target();
  if (!(await findSaved(cli.env, target)) && !cli.env['FUSION_PASSWORD']) return [];
  const { organisation } = await cli.open();
  if (takesMember.has(path)) {
    const members = await organisation.members().toArray({ limit: mostNames });
    return members.map(({ email }) => email);
  }
  const found = await listFor(organisation, path).toArray({ limit: mostNames });
  return found.map(({ name }) => name);
}

function listFor(organisation: Organisation, path: string) {
  if (takesService.has(path)) return organisation.services();
  return takesData.has(path) ? organisation.data() : organisation.processes();
}
