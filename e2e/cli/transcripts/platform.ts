import { email, password } from '../../support/platform.ts';
import { enter } from '../support/terminal.ts';
import type { Transcript, World } from './transcript.ts';

const here = ({ data }: World): readonly string[] => ['--data', data];

/** Who is in none of the other transcripts. */
const address = ({ mode }: World): string => `${mode}@example.com`;

export const platform: readonly Transcript[] = [
  {
    command: 'up',
    args: async (world) => ['--data', (await world.other()).data, '--port', '0'],
    seen: /Address {3}http:\/\/127\.0\.0\.1:\d+\n[^]*Log {7}\S+platform\.log/,
    untilInterrupted: true,
  },
  {
    command: 'admin add-organisation',
    args: (world) => ['--name', world.name('Survey'), '--credits', '5', ...here(world)],
    seen: /The organisation has the id [\da-f-]{36}/,
  },
  {
    command: 'admin add-user',
    args: (world) => ['--email', address(world), '--organisation', 'My organisation', ...here(world)],
    seen: /The user can log in with the password \S{12,} \(shown this once\)/,
  },
  {
    command: 'admin add-credits',
    args: (world) => ['--organisation', 'My organisation', '--credits', '2.5', ...here(world)],
    seen: /The credits are there/,
  },
  {
    command: 'admin sign-in-link',
    args: here,
    seen: /http:\S+#code=\S+\nIt logs analyst@example\.com in, once, until /,
  },
  { command: 'admin nodes', args: here, seen: /[\da-f-]{36} {2}alive {2}/ },
  { command: 'backup', args: (world) => [world.name('saved'), ...here(world)], seen: /saved \w+/ },
  {
    command: 'restore',
    args: async (world) => {
      const archive = world.name('kept');
      await world.prepare(['backup', archive, ...here(world)]);
      return [archive, '--data', world.name('restored')];
    },
    seen: /restored \w+: [^]*→ fusion-platform up --data/,
  },
  { command: 'doctor', args: () => [], seen: /analyst@example\.com[^]*My organisation/ },
];

export const access: readonly Transcript[] = [
  {
    command: 'login',
    args: ({ url, mode }) => ['-y', url, ...(mode === 'pipe' ? ['-e', email, '--password-stdin'] : [])],
    who: 'nobody',
    input: `${password}\n`,
    answers: [
      [/E-mail address/, email + enter],
      [/Password of analyst@example\.com/, password + enter],
    ],
    seen: /analyst@example\.com[^]*My organisation/,
  },
  { command: 'whoami', args: () => [], seen: /analyst@example\.com/ },
  {
    command: 'logout',
    args: async (world) => {
      // With a password in the environment it logs in, and keeps the session.
      await world.prepare(['whoami']);
      return ['-y', world.url];
    },
    seen: /Logged out: analyst@example\.com at/,
  },
  { command: 'completion', args: () => ['bash'], seen: /fusion-platform __complete/ },
  { command: '__complete', args: () => ['--', 'watch', 'Goo'], seen: /Good/ },
];
