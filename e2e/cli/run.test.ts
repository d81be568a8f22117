import { randomUUID } from 'node:crypto';
import { cp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { logIn } from '../support/api.ts';
import { flow, square } from '../support/flow.ts';
import { email, password, root, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';
import { installCommand } from './support/command.ts';
import type { InstalledCommand } from './support/command.ts';
import { controlC, down, enter, inTerminal, ptyMissing } from './support/terminal.ts';

let folder: Awaited<ReturnType<typeof testFolder>>;
let platform: RunningPlatform;
let cli: InstalledCommand;
const missing = await ptyMissing();

beforeAll(async () => {
  folder = await testFolder();
  await writeKeyed(join(folder.path, 'services'));
  platform = await startPlatform(folder.path, {
    FUSION_SERVICES: [join(root, 'e2e/services'), join(folder.path, 'services')].join(','),
    FUSION_STOP_DELAY_SECONDS: '0',
  });
  cli = await installCommand({
    FUSION_URL: platform.url,
    FUSION_EMAIL: email,
    FUSION_PASSWORD: password,
  });
  await writeFile(join(cli.folder, 'square.geojson'), JSON.stringify(square));
});
afterAll(async () => {
  await platform?.stop();
  await Promise.all([folder?.remove(), cli?.remove()]);
});

/** A service like Copy that needs a secret. */
async function writeKeyed(services: string): Promise<void> {
  const to = join(services, 'keyed');
  await cp(join(root, 'e2e/services/copy'), to, { recursive: true });
  const file = join(to, 'service.yaml');
  const copy = await readFile(file, 'utf8');
  const option = 'name: API_KEY, title: Key, description: Of the store, data_type: string, required: true';
  await writeFile(
    file,
    copy
      .replace('name: Copy\n', 'name: Keyed\n')
      .replace(/ssd_id: .*/, `ssd_id: ${randomUUID()}`)
      .replace('options: []\nresources', `options:\n  - { ${option} }\nresources`)
      .replace('  options: []', '  options: [Of the store]'),
  );
}

async function filesBelow(path: string): Promise<string[]> {
  const found = await readdir(join(cli.folder, path), { recursive: true, withFileTypes: true });
  return found
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name).slice(cli.folder.length + 1))
    .sort();
}

describe('without a terminal', () => {
  test('start uploads, runs, waits and downloads; its data is on standard output', async () => {
    const args = ['start', 'Copy', '-l', 'square.geojson', '--name', 'First', '-d', '-i', '-o', '-t'];
    const { code, stdout, stderr } = await cli.run(args);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/Starting "First" for 1 credits/)]);
    expect(stdout).toMatch(/^First {2}[\da-f-]{36}\n {2}execution [\da-f-]{36}\n$/);
    expect(stderr).toMatch(/Copy: succeeded after/);
    expect(await filesBelow('First')).toEqual([
      'First/1_Copy/Input_1_First/.collection.stac',
      'First/1_Copy/Input_1_First/.square.geojson.stac',
      'First/1_Copy/Input_1_First/square.geojson',
      'First/1_Copy/Output_1_Copy/.collection.stac',
      'First/1_Copy/Output_1_Copy/.square.geojson.stac',
      'First/1_Copy/Output_1_Copy/square.geojson',
    ]);
    const output = await readFile(join(cli.folder, 'First/1_Copy/Output_1_Copy/square.geojson'), 'utf8');
    expect(JSON.parse(output)).toEqual(square);
    const [header, row, end] = (await readFile(join(cli.folder, 'metrics.csv'), 'utf8')).split('\r\n');
    expect(header).toBe(
      'execution,process,duration,component,success,cpu,memory,runtime,s3_transfer_bytes,gcs_transfer_bytes,external_transfer_bytes,internal_transfer_bytes,input_size,output_size',
    );
    expect(row).toMatch(/^1,First,[\d.]+,Copy,True,0\.5,256,\d+,0,0,0,0,\d+,\d+$/);
    expect(end).toBe('');
  });

  test('a download fetches only what is missing or changed', async () => {
    const path = join(cli.folder, 'First/1_Copy/Output_1_Copy/square.geojson');
    const again = await cli.run(['download', 'First', '-i', '-o']);
    expect([again.code, again.stderr]).toEqual([0, 'Nothing to download; 2 files already there\n']);
    const before = await stat(join(cli.folder, 'First/1_Copy/Input_1_First/square.geojson'));
    const whole = await readFile(path, 'utf8');
    // Of the same length, but not the same.
    await writeFile(path, whole.replace('FeatureCollection', 'featureCollection'));
    const mended = await cli.run(['download', 'First', '-i', '-o']);
    expect(mended.stderr).toMatch(/^Downloaded 1 file, .*; 1 file already there\n$/);
    expect(await readFile(path, 'utf8')).toBe(whole);
    const after = await stat(join(cli.folder, 'First/1_Copy/Input_1_First/square.geojson'));
    expect(after.mtimeMs).toBe(before.mtimeMs);
    // What an earlier run made, and this one did not.
    await writeFile(join(cli.folder, 'First/1_Copy/Output_1_Copy/old.geojson'), '');
    const beside = await cli.run(['download', 'First']);
    expect([beside.code, beside.stderr]).toEqual([
      0,
      expect.stringMatching(
        /warning: 1 file in First is not of this run: 1_Copy.Output_1_Copy.old\.geojson\n$/,
      ),
    ]);
    await rm(join(cli.folder, 'First'), { recursive: true });
    const { stderr } = await cli.run(['download', 'First', '--stac']);
    expect(stderr).toBe('Wrote 2 STAC files, without the data (--stac)\n');
    expect(await filesBelow('First')).toEqual([
      'First/1_Copy/Output_1_Copy/.collection.stac',
      'First/1_Copy/Output_1_Copy/.square.geojson.stac',
    ]);
  });

  test('quiet prints the id alone, which watch and download take', async () => {
    const { stdout, stderr } = await cli.run([
      'start',
      'copy',
      '-l',
      'First 1',
      '--name',
      'Second',
      '--quiet',
    ]);
    expect([stdout, stderr]).toEqual([expect.stringMatching(/^[\da-f-]{36}\n$/), '']);
    const seen = await cli.json<{ executions: { id: string; state: string }[] }>(['watch', stdout.trim()]);
    expect(seen.executions).toEqual([expect.objectContaining({ state: 'succeeded' })]);
    const id = seen.executions[0]!.id;
    const [report] = await cli.json<{ folder: string; files: { already_there: boolean }[] }[]>([
      'download',
      id,
    ]);
    expect(report).toMatchObject({ folder: join(cli.folder, id), files: [{ already_there: false }] });
  });

  test('a failed execution never ends with 0, and says where to look', async () => {
    const args = ['start', 'Exit one', '-l', 'square.geojson', '--name', 'Bad'];
    const { code, stderr } = await cli.run([...args, '--watch']);
    expect(code).toBe(3);
    expect(stderr).toMatch(/error: The execution failed\n {2}→ fusion-platform why [\da-f-]{36}\n$/);
    for (const command of ['watch', 'download']) {
      const later = await cli.run([command, 'Bad']);
      expect([later.code, later.stderr]).toEqual([
        3,
        expect.stringContaining('error: The execution failed\n'),
      ]);
    }
    const [row] = await cli.json<{ state: string; last_run_failed: number }[]>(['list', '--search', 'Bad']);
    expect(row).toMatchObject({ state: 'failed', last_run_failed: 1 });
  });

  test('nothing is removed by a part of its name, and nothing taken where a name means several', async () => {
    for (const args of [
      ['rm', 'Firs', '--yes'],
      ['data', 'rm', 'Firs', '--yes'],
    ]) {
      const { code, stdout, stderr } = await cli.run(args);
      expect([args, code, stdout, stderr]).toEqual([
        args,
        2,
        '',
        expect.stringMatching(/are called "Firs", only "First[^]*→ give the whole name, or the id/),
      ]);
    }
    await cli.run(['data', 'upload', 'square.geojson', '--name', 'Twice']);
    await cli.run(['data', 'upload', 'square.geojson', '--name', 'Twice']);
    const several = await cli.run(['start', 'Copy', '-l', 'Twice', '--name', 'Third']);
    expect([several.code, several.stderr]).toEqual([
      2,
      expect.stringMatching(
        /Several data items are called "Twice": [\da-f-]{36} of \d{4}-.*\n {2}→ name the one .*; the newest: fusion-platform start Copy -l [\da-f-]{36} --name Third\n/,
      ),
    ]);
    const service = await cli.run(['start', 'C', '-l', 'First 1']);
    expect([service.code, service.stderr]).toEqual([
      2,
      expect.stringMatching(/"C" may mean several services: .*"Copy"/),
    ]);
  });

  test('what is wrong is found before anything is uploaded', async () => {
    const wrong: [string[], number, RegExp][] = [
      [['start', 'Nothing such', '-l', 'square.geojson'], 5, /no service "Nothing such"/],
      [['start', 'Copy'], 2, /needs 1 input: missing 1 \(Region, GeoJSON\)/],
      [['start', 'Copy', '-l', 'missing.geojson'], 2, /no file missing\.geojson/],
      [['start', 'Copy', '-l', 'square.geojson', '-p', 'nonsense=1'], 2, /no option "nonsense"/],
      [
        ['start', 'Chatty', '-l', 'square.geojson', '-p', 'records=many'],
        2,
        /records \(numeric\) takes a number/,
      ],
      [
        ['start', 'Chatty', '-l', 'square.geojson', '-p', 'records=99999999'],
        2,
        /^error: records: 99999999 is more than 10000000\n {2}→ fusion-platform services show "Chatty"\n$/,
      ],
      [['cp', 'Noisy', 'Copied', '-l', 'square.geojson', '-p', 'records=-1'], 2, /-1 is less than 0\n$/],
      [['start', 'Chatty', '-l', 'square.geojson', '-p', 'records='], 2, /records: it needs a value\n/],
      [['start', 'Copy', '-l', 'square.geojson', '--max-price', '0.5'], 4, /more than 0\.5/],
      [['start', 'Copy', '-l', 'missing'], 5, /Input 1: there is no data "missing"/],
      [['start', 'Copy', '-l', 'First 1', 'First 1'], 2, /takes 1 input, but 2 are given/],
      [['start'], 2, /Say what to start/],
      [['data', 'upload', '.'], 2, /\. is a folder/],
      [['restore', 'missing.tar', '--data', 'x'], 2, /no file missing\.tar\n$/],
      [['download', 'Nothing such'], 5, /no process "Nothing such"/],
      [['watch', '00000000-0000-4000-8000-000000000000'], 5, /no process or execution/],
    ];
    await cli.run(['start', 'Chatty', '-l', 'First 1', '--name', 'Noisy', '--no-execute']);
    const before = await cli.json<object[]>(['data', 'ls']);
    for (const [args, expected, told] of wrong) {
      const { code, stdout, stderr } = await cli.run(args);
      expect([args, code, stdout]).toEqual([args, expected, '']);
      expect(stderr).toMatch(told);
    }
    // Only what costs too much was whole: its process is there, with its input.
    expect(await cli.json(['data', 'ls'])).toHaveLength(before.length + 1);
  });

  test('options are refused in the words of the platform', async () => {
    const [data] = await cli.json<{ id: string }[]>(['data', 'ls', '--search', 'First 1']);
    const api = flow(platform.url, await logIn(platform.url, email, password));
    for (const records of ['99999999', '-1', '']) {
      const said = await cli.run(['start', 'Chatty', '-l', 'First 1', '-p', `records=${records}`]);
      const [, words] = /^error: (.*)\n/.exec(said.stderr) ?? [];
      await expect(api.process('Chatty', data!.id, { records })).rejects.toThrow(words!);
    }
  });

  test('what was uploaded for a start that the platform refuses is removed again, or named with how to', async () => {
    await writeFile(join(cli.folder, 'cut.geojson'), JSON.stringify(square).slice(0, -5));
    const args = ['--name', 'Refused', '-l'];
    const refused = await cli.run([
      'start',
      'Copy',
      ...args,
      'square.geojson',
      '-p',
      'output_storage_period=99999',
    ]);
    expect([refused.code, refused.stderr]).toEqual([
      4,
      expect.stringMatching(
        /^Uploaded 1 file\nRemoved .*"Refused 1"\nerror: .*output_storage_period: a number of days/,
      ),
    ]);
    const unreadable = await cli.run(['start', 'Copy', ...args, 'cut.geojson']);
    expect([unreadable.code, unreadable.stderr]).toEqual([
      4,
      expect.stringMatching(/cut\.geojson is not JSON/),
    ]);
    const left = async () => await cli.json<{ name: string }[]>(['data', 'ls', '--search', 'Refused']);
    expect(await left()).toEqual([]);
    const dear = await cli.run(['start', 'Copy', ...args, 'square.geojson', '--max-price', '0.5']);
    const [, command] = /To take it away: fusion-platform (.*)/.exec(dear.stderr) ?? [];
    expect([dear.code, (await left()).length]).toEqual([4, 1]);
    const measured = await cli.run(['metrics', command!.split(' ')[1]!]);
    expect([measured.code, measured.stderr]).toEqual([5, expect.stringMatching(/"Refused" has never run/)]);
    expect((await cli.run([...command!.split(' '), '--yes'])).code).toBe(0);
    expect(await left()).toEqual([]);
  });

  test('Ctrl-C ends with 130 and says what goes on and how to come back', async () => {
    const args = [
      'start',
      'Sleepy',
      '-l',
      'square.geojson',
      '--name',
      'Long',
      '-p',
      'seconds=600',
      '--watch',
    ];
    let kill: (signal: NodeJS.Signals) => void = () => undefined;
    const running = cli.run(args, { started: (given) => (kill = given) });
    const [row] = await untilListed('Long');
    kill('SIGINT');
    const { code, stderr } = await running;
    expect(code).toBe(130);
    expect(stderr).toContain(`it goes on by itself: fusion-platform watch ${row!.id}`);
  });
});

async function untilListed(name: string): Promise<{ readonly id: string }[]> {
  for (;;) {
    const rows = await cli.json<{ id: string; state: string }[]>(['list', '--search', name]);
    if (rows[0]?.state === 'running') return rows;
  }
}

describe('in a terminal', () => {
  test('start asks for service, input, options and price, and the view is drawn to its end', async ({
    skip,
  }) => {
    if (missing) skip(missing);
    const terminal = await inTerminal(cli, ['start', '--watch']);
    await terminal.until(/Which service\?/);
    await terminal.until(/● Chatty .*[^]*○ Copy/);
    terminal.type(down + enter);
    await terminal.until(/Input 1: Region/);
    terminal.type(enter);
    await terminal.until(/Path of the file/);
    terminal.type(`square.geojson${enter}`);
    await terminal.until(/What to call the process/);
    terminal.type(`Asked${enter}`);
    await terminal.until(/It costs 1 credits\. Start it\?/);
    terminal.type(enter);
    expect(await terminal.ended).toBe(0);
    expect(terminal.text()).toMatch(/Asked {2}█+ 100 %/);
    expect(terminal.text()).toMatch(/✔ Copy/);
  });

  test('a secret is asked for without being shown', async ({ skip }) => {
    if (missing) skip(missing);
    await cli.run(['data', 'upload', 'square.geojson', '--name', 'For the secret']);
    const terminal = await inTerminal(cli, ['start']);
    await terminal.until(/○ Keyed/);
    // Where it stands among them depends on which was published first.
    for (let at = 'Chatty'; at !== 'Keyed';) {
      terminal.type(down);
      const printed = await terminal.until(new RegExp(`● (?!${at})[^●]*$`));
      at = /● (\w+)[^●]*$/.exec(printed)![1]!;
    }
    terminal.type(enter);
    await terminal.until(/Input 1: Region/);
    terminal.type(enter);
    await terminal.until(/Path of the file/);
    terminal.type(`square.geojson${enter}`);
    await terminal.until(/Key \(string, required\)/);
    terminal.type(`hush-4711${enter}`);
    await terminal.until(/What to call the process/);
    terminal.type(`Keyed once${enter}`);
    await terminal.until(/It costs 1 credits\. Start it\?/);
    terminal.type(enter);
    expect(await terminal.ended).toBe(0);
    expect(terminal.raw()).not.toContain('hush');
    const [made] = await cli.json<{ id: string }[]>(['list', '--json']);
    expect(JSON.stringify(made)).not.toContain('hush');
  });

  test('list is a table in colours, and Ctrl-C in a view gives the cursor back', async ({ skip }) => {
    if (missing) skip(missing);
    const list = await inTerminal(cli, ['list']);
    await list.ended;
    expect(list.text()).toMatch(/^NAME +LAST RUN +STARTED +RUNS +PRICE +ID/);
    expect(list.raw()).toContain('\u001B[32m');
    const watch = await inTerminal(cli, ['watch', 'Long']);
    await watch.until(/▶ Sleepy/);
    watch.type(controlC);
    expect(await watch.ended).toBe(130);
    expect(watch.raw().lastIndexOf('\u001B[?25h')).toBeGreaterThan(watch.raw().lastIndexOf('\u001B[?25l'));
    expect(watch.text()).toContain('it goes on by itself: fusion-platform watch');
  });
});
