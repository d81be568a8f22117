import { email, password } from '../../support/platform.ts';
import { enter } from '../support/terminal.ts';
import { unlessAsked } from './transcript.ts';
import type { TestPlatform, Transcript } from './transcript.ts';

const own = 'My organisation';
const viewing = ['--role', 'view_processing_chains'];

const addressOf = ({ mode }: TestPlatform, who: string): string => `${who}.${mode}@example.com`;

/** Invites somebody to an organisation. @returns the link */
async function invited(platform: TestPlatform, who: string, organisation = own): Promise<string> {
  const args = ['members', 'invite', addressOf(platform, who), '-g', organisation, '--quiet', ...viewing];
  return (await platform.prepare(args)).stdout.trim();
}

/** Somebody who has become a member. @returns the address */
async function member(platform: TestPlatform, who: string, organisation = own): Promise<string> {
  const link = await invited(platform, who, organisation);
  await platform.prepare(['members', 'accept', link, '--given-name', who, '--family-name', 'Test']);
  return addressOf(platform, who);
}

/** Another organisation that the operator manages. @returns its name */
async function otherOrganisation(platform: TestPlatform): Promise<string> {
  const name = platform.name('Others');
  const data = ['--data', platform.data];
  const roles = ['--role', 'view_processing_chains', 'manage_organisation'];
  await platform.prepare(['admin', 'add-organisation', '--name', name, ...data]);
  await platform.prepare(['admin', 'add-user', '--email', email, '--organisation', name, ...roles, ...data]);
  return name;
}

export const members: readonly Transcript[] = [
  {
    command: 'members ls',
    args: async (platform) => {
      await member(platform, 'listed');
      return [];
    },
    seen: /analyst@example\.com\s+Platform Administrator\s+view_processing_chains, [^\n]*\n[^]*listed\.\w+@example\.com\s+listed Test/,
  },
  {
    command: 'members add',
    args: async (platform) => [
      await member(platform, 'added', await otherOrganisation(platform)),
      ...viewing,
    ],
    seen: /Added added\.\w+@example\.com/,
  },
  {
    command: 'members invite',
    args: (platform) => [addressOf(platform, 'invited')],
    seen: /http:\S+\/invitation#code=[\w-]{43}\s+Makes invited\.\w+@example\.com a member of "My organisation", once, until /,
  },
  {
    command: 'members invitations',
    args: async (platform) => {
      await invited(platform, 'open');
      return [];
    },
    seen: /open\.\w+@example\.com\s+view_processing_chains/,
  },
  {
    command: 'members revoke',
    args: async (platform) => {
      await invited(platform, 'revoked');
      return [addressOf(platform, 'revoked')];
    },
    seen: /Revoked the invitation of revoked\.\w+@example\.com/,
  },
  {
    command: 'members accept',
    args: async (platform) => [await invited(platform, 'new'), ...unlessAsked(platform, '--password-stdin')],
    who: 'nobody',
    input: `${password}\n`,
    answers: [
      [/Password of new\.\w+@example\.com/, password + enter],
      [/The same again/, password + enter],
    ],
    seen: /new\.\w+@example\.com is a member of "My organisation" now\s+→ fusion-platform login -y http:/,
  },
  {
    command: 'members roles',
    args: async (platform) => [await member(platform, 'changed'), '--add', 'create_ssds'],
    seen: /changed\.\w+@example\.com: view_processing_chains, create_ssds/,
  },
  {
    command: 'members rm',
    args: async (platform) => [await member(platform, 'gone'), ...unlessAsked(platform, '--yes')],
    answers: [[/Remove gone\.\w+@example\.com from "My organisation"/, 'y']],
    seen: /Removed gone\.\w+@example\.com/,
  },
];
