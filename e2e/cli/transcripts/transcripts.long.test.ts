import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { layOutDatabase } from '../../../apps/platform/src/testing/prepared-database.ts';
import { bubblewrapWorks } from '../../../apps/platform/src/runtimes/testing/bubblewrap.ts';
import { square } from '../../support/flow.ts';
import { email, password, testFolder } from '../../support/platform.ts';
import { installCommand } from '../support/command.ts';
import type { InstalledCommand, Outcome } from '../support/command.ts';
import { controlC, inTerminal, ptyMissing } from '../support/terminal.ts';
import { startUp, upSettings } from '../support/up.ts';
import type { Up } from '../support/up.ts';
import { transcripts } from './index.ts';
import type { Mode, Person, Transcript, TestPlatform } from './transcript.ts';

const noTerminal = await ptyMissing();
const noSandbox = bubblewrapWorks() ? undefined : 'there is no bubblewrap here, so services are not taken';

let folder: Awaited<ReturnType<typeof testFolder>>;
let cli: InstalledCommand;
let up: Up | undefined;

beforeAll(async () => {
  folder = await testFolder();
  cli = await installCommand(upSettings);
  up = await startUp(cli, join(folder.path, 'platform'));
  await writeFile(join(cli.folder, 'square.geojson'), JSON.stringify(square));
  const data = ['--data', up.data];
  await working(['admin', 'add-organisation', '--name', 'Authors', '--credits', '100', ...data]);
  const roles = ['view_processing_chains', 'create_and_execute_processing_chains', 'create_ssds'];
  const author = ['--email', 'author@example.com', '--organisation', 'Authors', '--role', ...roles];
  await cli.run(['admin', 'add-user', ...author, '--password-stdin', ...data], { input: `${password}\n` });
  await working(['start', 'Copy', '-l', 'square.geojson', '--name', 'Good', '--watch']);
  await cli.run(['start', 'Exit one', '-l', 'Good 1', '--name', 'Bad', '--watch'], { env: as('operator') });
});
afterAll(async () => {
  await up?.end('SIGINT');
  await Promise.all([folder?.remove(), cli?.remove()]);
});

function as(who: Person | 'nobody'): Record<string, string> {
  if (who === 'nobody') return {};
  const author = { FUSION_EMAIL: 'author@example.com', FUSION_ORGANISATION: 'Authors' };
  const operator = { FUSION_EMAIL: email, FUSION_ORGANISATION: 'My organisation' };
  return { FUSION_URL: up!.url, FUSION_PASSWORD: password, ...(who === 'author' ? author : operator) };
}

async function working(args: readonly string[], who: Person = 'operator'): Promise<Outcome> {
  const ended = await cli.run(args, { env: as(who) });
  if (ended.code !== 0)
    throw new Error(`${args.join(' ')} ended with ${String(ended.code)}: ${ended.stderr}`);
  return ended;
}

const platformOf = (mode: Mode): TestPlatform => ({
  mode,
  cli,
  data: up!.data,
  url: up!.url,
  name: (text) => `${text} ${mode}`,
  prepare: working,
  other: async () => {
    const data = join(folder.path, `other-${mode}`);
    await layOutDatabase(join(data, 'database'));
    return { data };
  },
});

interface Seen {
  readonly code: number | null;
  readonly text: string;
}

async function withoutTerminal(transcript: Transcript): Promise<Seen> {
  const { command, args, who = 'operator', input, untilInterrupted } = transcript;
  const words = [...command.split(' '), ...(await args(platformOf('pipe')))];
  if (untilInterrupted) return await endedInOrder(words, transcript);
  const { code, stdout, stderr } = await cli.run(words, {
    env: as(who),
    ...(input === undefined ? {} : { input }),
  });
  // Nothing for a terminal goes to where there is none.
  expect(stdout + stderr).not.toContain('\u001B');
  return { code, text: stdout + stderr };
}

/** Interrupts a command once it has said everything. */
async function endedInOrder(words: readonly string[], { seen, who = 'operator' }: Transcript): Promise<Seen> {
  const child = spawn(process.execPath, [cli.path, ...words], {
    cwd: cli.folder,
    env: { ...cli.env, ...as(who) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  let interrupted = false;
  const take = (chunk: Buffer): void => {
    text += chunk.toString();
    // A second signal would not wait for it to stop in order.
    if (!interrupted && seen.test(text)) interrupted = child.kill('SIGINT');
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const code = await new Promise<number | null>((resolve) => void child.on('close', resolve));
  return { code, text };
}

async function inATerminal(transcript: Transcript): Promise<Seen> {
  const { command, args, who = 'operator', answers = [], seen, untilInterrupted } = transcript;
  const words = [...command.split(' '), ...(await args(platformOf('terminal')))];
  const terminal = await inTerminal(cli, words, { columns: 300, env: as(who) });
  for (const [asked, typed] of answers) {
    await terminal.until(asked);
    terminal.type(typed);
  }
  if (untilInterrupted) {
    await terminal.until(seen);
    terminal.type(controlC);
  }
  return { code: await terminal.ended, text: terminal.text() };
}

describe.each(transcripts)('$command', (transcript) => {
  const { code = 0, seen, needsSandbox = false } = transcript;

  test('without a terminal', async ({ skip }) => {
    if (needsSandbox && noSandbox) skip(noSandbox);
    const said = await withoutTerminal(transcript);
    expect([said.code, said.text]).toEqual([code, expect.stringMatching(seen)]);
  });

  test('in a terminal', async ({ skip }) => {
    if (needsSandbox && noSandbox) skip(noSandbox);
    if (noTerminal) skip(noTerminal);
    const said = await inATerminal(transcript);
    expect([said.code, said.text]).toEqual([code, expect.stringMatching(seen)]);
  });
});
