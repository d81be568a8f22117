import { email, password } from '../../support/platform.ts';
import { enter } from '../support/terminal.ts';
import type { Transcript, TestPlatform } from './transcript.ts';

const here = ({ data }: TestPlatform): readonly string[] => ['--data', data];

/** Who is in none of the other transcripts. */
const address = ({ mode }: TestPlatform): string => `${mode}@example.com`;

export const platformTranscripts: readonly Transcript[] = [
  {
    command: 'up',
    args: async (platform) => ['--data', (await platform.other()).data, '--port', '0'],
    seen: /Address {3}http:\/\/127\.0\.0\.1:\d+\n[^]*Log {7}\S+platform\.log/,
    untilInterrupted: true,
  },
  {
    command: 'admin add-organisation',
    args: (platform) => ['--name', platform.name('Survey'), '--credits', '5', ...here(platform)],
    seen: /The organisation has the id [\da-f-]{36}/,
  },
  {
    command: 'admin add-user',
    args: (platform) => [
      '--email',
      address(platform),
      '--organisation',
      'My organisation',
      ...here(platform),
    ],
    seen: /The user can log in with the password \S{12,} \(shown this once\)/,
  },
  {
    command: 'admin add-credits',
    args: (platform) => ['--organisation', 'My organisation', '--credits', '2.5', ...here(platform)],
    seen: /The credits are there/,
  },
  {
    command: 'admin sign-in-link',
    args: here,
    seen: /http:\S+#code=\S+\nIt logs analyst@example\.com in, once, until /,
  },
  { command: 'admin nodes', args: here, seen: /[\da-f-]{36} {2}alive {2}/ },
  { command: 'backup', args: (platform) => [platform.name('saved'), ...here(platform)], seen: /saved \w+/ },
  {
    command: 'restore',
    args: async (platform) => {
      const archive = platform.name('kept');
      await platform.prepare(['backup', archive, ...here(platform)]);
      return [archive, '--data', platform.name('restored')];
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
    args: async (platform) => {
      // With a password in the environment it logs in, and keeps the session.
      await platform.prepare(['whoami']);
      return ['-y', platform.url];
    },
    seen: /Logged out: analyst@example\.com at/,
  },
  { command: 'completion', args: () => ['bash'], seen: /fusion-platform __complete/ },
  { command: '__complete', args: () => ['--', 'watch', 'Goo'], seen: /Good/ },
];
