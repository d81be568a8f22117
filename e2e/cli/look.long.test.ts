import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { square } from '../support/flow.ts';
import { email, password, root, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';
import { installCommand } from './support/command.ts';
import type { InstalledCommand } from './support/command.ts';
import { inTerminal, ptyMissing } from './support/terminal.ts';

let folder: Awaited<ReturnType<typeof testFolder>>;
let platform: RunningPlatform;
let cli: InstalledCommand;
const missing = await ptyMissing();

beforeAll(async () => {
  folder = await testFolder();
  platform = await startPlatform(folder.path, {
    FUSION_SERVICES: join(root, 'e2e/services'),
    FUSION_STOP_DELAY_SECONDS: '0',
    FUSION_SLOTS: '1',
  });
  cli = await installCommand({ FUSION_URL: platform.url, FUSION_EMAIL: email, FUSION_PASSWORD: password });
  await writeFile(join(cli.folder, 'square.geojson'), JSON.stringify(square));
  await cli.run(['start', 'Copy', '-l', 'square.geojson', '--name', 'Good', '--watch']);
  await cli.run(['start', 'Exit one', '-l', 'Good 1', '--name', 'Bad', '--watch']);
});
afterAll(async () => {
  await platform?.stop();
  await Promise.all([folder?.remove(), cli?.remove()]);
});

/** Each command that only looks, with what a person sees of it. */
const looks: readonly (readonly [string[], RegExp])[] = [
  [['list'], /Good\s.*succeeded/],
  [['display', 'Bad'], /last run: failed; [^]*✖ failed .*\n +Exit one: It exited with 1/],
  [['display', 'Copy'], /Copies input 1 to output 1/],
  [['why', 'Bad'], /failed \(service_error\)[^]*About to fail[^]*→ fusion-platform logs/],
  [['logs', 'Bad'], /\d\d:\d\d:\d\d\.\d{3} {2}About to fail\n.*Failing as asked/],
  [['metrics', 'Good'], /Copy .*256 MiB of memory/],
  [['data', 'ls'], /Good 1/],
  [['data', 'show', 'Good 1'], /square\.geojson {2}GeoJSON, \d+ B, EPSG:4326, [\d.]+ km²/],
  [['services', 'ls'], /Copy\s.*Copies input 1 to output 1/],
  [['services', 'show', 'Chatty'], /records = 100 {2}\(numeric, required, min=0;max=10000000\)/],
  [['credits'], /for anything/],
  [['whoami'], /analyst@example\.com/],
  [['open', 'Good', '--print'], /http:\/\/127\.0\.0\.1:\d+\/processes\/[\da-f-]{36}/],
  [['define', 'Good', '--stdout'], /service_name: Copy\nprocess_name: Good\ninputs:\n {2}- Good 1/],
];

describe.each(looks)('%j', (args, seen) => {
  test('tells people without a terminal, and scripts as JSON and ids', async () => {
    const plain = await cli.run(args);
    expect([plain.code, plain.stdout]).toEqual([0, expect.stringMatching(seen)]);
    expect(plain.stdout).not.toContain('\u001B');
    const json = await cli.run([...args, '--json']);
    expect(json.code).toBe(0);
    const lines = args[0] === 'logs' ? json.stdout.trim().split('\n') : [json.stdout];
    for (const line of lines) expect(() => JSON.parse(line) as unknown).not.toThrow();
    expect((await cli.run([...args, '--quiet'])).code).toBe(0);
  });

  test('tells people in a terminal', async ({ skip }) => {
    if (missing) skip(missing);
    const terminal = await inTerminal(cli, args, { columns: 140 });
    expect(await terminal.ended).toBe(0);
    expect(terminal.text()).toMatch(seen);
  });
});

test('watching says why something failed, with the evidence, the next move and the next command', async () => {
  const watched = await cli.run(['start', 'Exit one', '-l', 'Good 1', '--name', 'Bad too', '--watch']);
  expect(`${watched.stdout}${watched.stderr}`).toMatch(
    /Exit one: failed after [^\n]*It exited with 1[^\n]*\n {2}exit type service_error, exit code 1; what you can do: [^\n]*; fusion-platform why [\da-f-]{36}\n/,
  );
});

test('a run that has not begun waits in list as it does in display and watch, and runs once it has begun', async () => {
  await cli.run(['start', 'Sleepy', '-l', 'Good 1', '--name', 'Slow', '-p', 'seconds=600', '-w']);
  await cli.run(['start', 'Copy', '-l', 'Good 1', '--name', 'Queued']);
  const rows = await cli.run(['list']);
  expect(rows.stdout).toMatch(/^Queued\twaiting\t\d{4}-/m);
  expect(rows.stdout).toMatch(/^Slow\trunning \d+ %\t\d{4}-/m);
  expect((await cli.run(['display', 'Queued'])).stdout).toMatch(/last run: waiting; [^]*· waiting/);
  const listed = await cli.json<{ name: string }[]>(['list', '--running']);
  const row = (name: string) => listed.find((one) => one.name === name);
  expect(listed).toHaveLength(2);
  const execution = (await cli.json<{ executions: object[] }[]>(['display', 'Queued']))[0]!.executions[0];
  expect(execution).toMatchObject({ state: 'waiting', waiting_for: 'slot' });
  expect(row('Queued')).toMatchObject({
    state: 'waiting',
    progress: 0,
    waiting_for: 'slot',
    waiting_reason: 'All 1 slots are taken: it begins as soon as one is free',
  });
  expect(row('Slow')).toMatchObject({ state: 'running', waiting_for: null, waiting_reason: null });
  await cli.run(['stop', 'Slow']);
  expect((await cli.run(['watch', 'Queued'])).code).toBe(0);
  const [ended] = await cli.json<object[]>(['list', '--search', 'Queued']);
  expect(ended).toMatchObject({ state: 'succeeded', progress: 100, waiting_for: null });
});

test('logs can be chosen from, and had as CSV', async () => {
  expect((await cli.run(['logs', 'Bad', '--grep', 'ABOUT'])).stdout).toMatch(/^[^\n]*About to fail\n$/);
  const csv = await cli.run(['logs', 'Bad', '--failed', '--csv']);
  expect(csv.stdout).toMatch(/^logged_at,message\r\n[^\r]+,About to fail\r\n[^\r]+,Failing as asked\r\n$/);
  expect((await cli.run(['logs', 'Bad', '--since', '2100-01-01T00:00:00Z'])).stdout).toBe('');
  expect((await cli.run(['logs', 'Good', '--failed'])).code).toBe(5);
});

test('a process is copied, stopped, and removed only when that is said', async () => {
  const copied = await cli.json<{ id: string }>(['cp', 'Good', 'Second']);
  expect((await cli.run(['rm', 'Second'])).code).toBe(2);
  const stopped = await cli.run(['stop', 'Second']);
  expect([stopped.code, stopped.stderr]).toEqual([0, '"Second" was not running\n']);
  const { code, stdout, stderr } = await cli.run(['rm', copied.id, 'Nothing such', '--yes']);
  expect([code, stdout]).toEqual([5, expect.stringContaining('Removed Second')]);
  expect(stderr).toContain('1 of 2 items failed: Nothing such');
  expect((await cli.run(['retry', 'Good'])).code).toBe(4);
});

test('a definition names the very data, also where other data is called the same', async () => {
  const upload = ['data', 'upload', 'square.geojson', '--name', 'Twin'];
  await cli.run(upload);
  const [made] = await cli.json<{ id: string }[]>(upload);
  expect((await cli.run(['start', 'Copy', '-l', made!.id, '--name', 'Of a twin', '--watch'])).code).toBe(0);
  const [defined] = await cli.json<{ path: string; yaml: string }[]>(['define', 'Of a twin']);
  expect(defined!.yaml).toContain(`inputs:\n  - ${made!.id}\n`);
  expect((await cli.run(['start', defined!.path, '--name', 'As defined', '--watch'])).code).toBe(0);
  // What was changed by hand is kept when it is written again.
  await writeFile(join(cli.folder, defined!.path), 'changed');
  expect((await cli.run(['define', 'Of a twin'])).stderr).toMatch(
    /other content, which is now in .*\.yml\.old\n$/,
  );
  expect(await readFile(join(cli.folder, `${defined!.path}.old`), 'utf8')).toBe('changed');
});

test('data goes up, comes down, and what is used is not removed', async () => {
  const [made] = await cli.json<{ id: string }[]>(['data', 'upload', 'square.geojson']);
  await cli.run(['data', 'download', made!.id, '--to', 'down']);
  expect(await readFile(join(cli.folder, 'down/square.geojson'), 'utf8')).toBe(JSON.stringify(square));
  expect((await cli.run(['data', 'rm', made!.id, '--yes'])).code).toBe(0);
  expect((await cli.run(['data', 'rm', 'Good 1', '--yes'])).code).toBe(4);
});

test('a receipt is written, checked, run again and compared; a changed one is found out', async () => {
  await cli.run(['receipt', 'Good', '--to', 'a.tar.gz']);
  expect((await cli.run(['receipt', 'verify', 'a.tar.gz'])).stdout).toMatch(
    /✔ a\.tar\.gz: Good, \d+ members/,
  );
  const rerun = await cli.run(['receipt', 'rerun', 'a.tar.gz', '--name', 'Again', '--watch']);
  expect(rerun.code).toBe(0);
  await cli.run(['receipt', 'Again', '--to', 'b.tar.gz']);
  const diff = await cli.run(['receipt', 'diff', 'a.tar.gz', 'b.tar.gz']);
  expect([diff.code, diff.stdout]).toEqual([0, 'Nothing differs\n']);
  const bytes = await readFile(join(cli.folder, 'a.tar.gz'));
  await writeFile(join(cli.folder, 'cut.tar.gz'), bytes.subarray(0, bytes.length / 2));
  expect((await cli.run(['receipt', 'verify', 'cut.tar.gz'])).code).toBe(2);
});

test('a shell is told commands, options and names', async () => {
  const words = async (...given: string[]): Promise<string[]> =>
    (await cli.run(['__complete', '--', ...given])).stdout.split('\n').filter(Boolean);
  expect(await words('w')).toEqual(expect.arrayContaining(['watch', 'whoami', 'why']));
  expect(await words('download', '--inter')).toEqual(['--intermediate']);
  expect(await words('watch', 'Go')).toEqual(['Good']);
  expect(await words('start', 'ch')).toEqual(['Chatty']);
  for (const shell of ['bash', 'zsh', 'fish', 'powershell'])
    expect((await cli.run(['completion', shell])).stdout).toContain('fusion-platform __complete');
});

test('a part of a long log is the same, whether the platform looks for it or this command', async () => {
  await cli.run(['start', 'Chatty', '-l', 'Good 1', '--name', 'Long', '-p', 'records=2500', '--watch']);
  const read = async (...args: string[]) =>
    (await cli.run(['logs', 'Long', '--json', ...args])).stdout.trimEnd().split('\n');
  const all = await read();
  expect(all.length).toBeGreaterThanOrEqual(2500);
  // The platform finds plain text; an expression is for the command.
  const found = await read('--grep', '24');
  expect(found).toEqual(await read('--grep', '(24)'));
  expect(found).toEqual(
    all.filter((line) => (JSON.parse(line) as { message: string }).message.includes('24')),
  );
  const { logged_at: at } = JSON.parse(all[1200]!) as { logged_at: string };
  const moment = new Date(at).toISOString();
  const since = all.filter(
    (line) => (JSON.parse(line) as { logged_at: string }).logged_at >= moment.slice(0, 23),
  );
  expect(since.length).toBeGreaterThan(1000);
  expect(await read('--since', moment)).toEqual(since);
});
