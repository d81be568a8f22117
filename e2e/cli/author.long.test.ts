import { execFile } from 'node:child_process';
import { access, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { root } from '../support/platform.ts';
import { installCommand } from './support/command.ts';
import type { InstalledCommand } from './support/command.ts';
import { controlC, inTerminal, ptyMissing } from './support/terminal.ts';

const missing = await ptyMissing();
const run = promisify(execFile);
const withoutPython = await run('python3', ['--version']).then(
  () => undefined,
  () => 'there is no python3 here',
);
const withoutGdal = await run('gdalinfo', ['--version']).then(
  () => undefined,
  () => 'there are no programs of GDAL here',
);
let cli: InstalledCommand;

beforeAll(async () => {
  cli = await installCommand({ FUSION_PLATFORM_HOME: root });
});
afterAll(async () => await cli?.remove());

interface Ended {
  readonly succeeded: boolean;
  readonly exit_type: string | null;
  readonly reason: string | null;
  readonly outputs: readonly { readonly path: string; readonly sha256: string; readonly number: number }[];
}

const inFolder = (...parts: string[]): string => join(cli.folder, ...parts);
const writeYaml = async (folder: string, change: (text: string) => string): Promise<void> => {
  const path = inFolder(folder, 'service.yaml');
  await writeFile(path, change(await readFile(path, 'utf8')));
};

describe('services init', () => {
  test('makes a folder in TypeScript that is right and runs at once', async () => {
    const { code, stdout } = await cli.run(['services', 'init', 'My boxes']);
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining('services try my-boxes --input my-boxes/sample/'),
    ]);
    const [checked] = await cli.json<{ valid: boolean; files: number }[]>(['services', 'check', 'my-boxes']);
    expect(checked).toMatchObject({ valid: true, files: 5, name: 'My boxes', version: 1 });
    const sample = ['--input', 'my-boxes/sample/region.geojson', '--option', 'margin=0.5'];
    const ended = await cli.json<Ended>(['services', 'try', 'my-boxes', ...sample]);
    expect(ended).toMatchObject({ succeeded: true, outputs: [{ number: 1, file: 'boxes.geojson' }] });
    const made = JSON.parse(await readFile(ended.outputs[0]!.path, 'utf8')) as {
      features: { geometry: { coordinates: number[][][] } }[];
    };
    const corner = made.features[0]!.geometry.coordinates[0]![0]!;
    expect(corner[0]).toBeCloseTo(-4.8, 9);
    expect(corner[1]).toBeCloseTo(55.3, 9);
  });

  test('makes one in Python with GDAL, whose slope is that of its plane', async ({ skip }) => {
    if (withoutPython) skip(withoutPython);
    await cli.run(['services', 'init', 'Slope', '--language', 'python']);
    if (withoutGdal) skip(withoutGdal);
    const ended = await cli.json<Ended>(
      'services try slope --input slope/sample/dem.tif --option unit=percent'.split(' '),
    );
    // 3 m east and 4 m north in 10 m: half a metre a metre, wherever all eight neighbours are there.
    const { stdout } = await run('gdallocationinfo', ['-valonly', ended.outputs[0]!.path, '20', '15']);
    expect(Number(stdout)).toBeCloseTo(50, 4);
  });

  test('says in plain words, in Python, that GDAL is not there', async ({ skip }) => {
    if (withoutPython) skip(withoutPython);
    await cli.run(['services', 'init', 'No GDAL', '--language', 'python']);
    const folder = inFolder('no-gdal');
    await writeFile(join(folder, 'job.json'), '{"inputs":[{"files":[]}],"options":{}}');
    const { stdout: python } = await run('python3', ['-c', 'import sys; print(sys.executable)']);
    // Without the packages of the system, and without its programs.
    const failed = await run(python.trim(), ['-S', '-E', 'main.py'], {
      cwd: folder,
      env: { PATH: '' },
    }).catch((error: { code: number; stderr: string }) => error);
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringMatching(/needs GDAL: install/) });
    expect(JSON.parse(await readFile(join(folder, 'outcome.json'), 'utf8'))).toMatchObject({
      success: false,
      exit_type: 'no_gdal',
    });
  });

  test('never writes over what is there, and knows its languages', async () => {
    await mkdir(inFolder('taken'));
    await writeFile(inFolder('taken', 'notes.txt'), '');
    const taken = await cli.run(['services', 'init', 'Taken']);
    expect([taken.code, taken.stderr]).toEqual([2, expect.stringMatching(/taken is there already/)]);
    const fortran = await cli.run(['services', 'init', 'Old', '--language', 'fortran']);
    expect([fortran.code, fortran.stderr]).toEqual([2, expect.stringMatching(/typescript and python/)]);
  });
});

describe('services check', () => {
  test('says every fault by file, line and column, for people, programs and pipes', async () => {
    await cli.run(['services', 'init', 'Faulty']);
    await writeYaml('faulty', (text) =>
      text
        .replace('version: 1', 'versoin: 1')
        .replace('file_type: GeoJSON', 'file_type: GeoJson')
        .replace('[node, main.ts]', '[node, src/main.ts]'),
    );
    const { code, stdout, stderr } = await cli.run(['services', 'check', 'faulty']);
    expect([code, stderr]).toEqual([2, '']);
    expect(stdout.split('\n')).toEqual([
      'faulty/service.yaml:1:1: version: is required',
      'faulty/service.yaml:3:1: "versoin" is no word that it knows: is "version" meant?',
      expect.stringMatching(/^faulty\/service\.yaml:9:16: inputs\.0\.file_type: /),
      '✖ faulty: 3 faults',
      '',
    ]);
    await writeYaml('faulty', (text) => text.replace('versoin', 'version').replace('GeoJson', 'GeoJSON'));
    const json = await cli.run(['services', 'check', 'faulty', 'my-boxes', '--json']);
    expect(json.code).toBe(2);
    expect(JSON.parse(json.stdout)).toMatchObject([
      {
        valid: false,
        faults: [
          {
            file: 'faulty/service.yaml',
            line: 6,
            column: 17,
            path: 'command.1',
            message: 'there is no file src/main.ts in the folder',
          },
        ],
      },
      { valid: true, faults: [] },
    ]);
    const quiet = await cli.run(['services', 'check', 'faulty', '--quiet']);
    expect(quiet.stdout).toMatch(/^faulty\/service\.yaml:6:17: [^\n]*\n$/);
    if (missing) return;
    const terminal = await inTerminal(cli, ['services', 'check', 'faulty'], { columns: 200 });
    expect(await terminal.ended).toBe(2);
    expect(terminal.text()).toContain('faulty/service.yaml:6:17: command.1: there is no file');
  });

  test('says what is no folder of a service', async () => {
    const { code, stderr } = await cli.run(['services', 'check', 'nowhere']);
    expect([code, stderr]).toEqual([2, 'error: There is no folder nowhere\n']);
  });
});

describe('services try', () => {
  const boxes = ['services', 'try', 'my-boxes'];
  const sample = ['--input', 'my-boxes/sample/region.geojson'];

  test('shows the log in a terminal, lists what came out, and keeps it', async ({ skip }) => {
    if (missing) skip(missing);
    const terminal = await inTerminal(cli, [...boxes, ...sample], { columns: 160 });
    expect(await terminal.ended).toBe(0);
    const text = terminal.text();
    expect(text).toContain('Reading region.geojson');
    expect(text).toMatch(/100 % {2}1 boxes/);
    expect(text).toMatch(/✔ succeeded[\s\S]*my-boxes\/\.try\/outputs\/1\/boxes\.geojson/);
    await access(inFolder('my-boxes', '.try', 'job.json'));
  });

  test('judges inputs and options as a platform does, before anything runs', async () => {
    const said = async (...args: string[]) => {
      const { code, stderr } = await cli.run([...boxes, ...args]);
      return [code, stderr];
    };
    expect(await said(...sample, '--option', 'margin=99')).toEqual([
      2,
      expect.stringMatching(/options\[0\]\.value: margin: 99 is more than 10/),
    ]);
    expect(await said(...sample, '--option', 'size=1')).toEqual([
      2,
      expect.stringMatching(/no option "size": it has margin/),
    ]);
    expect(await said()).toEqual([2, expect.stringMatching(/input 1 \(Region\) needs data/)]);
    await writeFile(inFolder('broken.geojson'), '{"type": "Feat');
    expect(await said('--input', 'broken.geojson')).toEqual([
      2,
      expect.stringMatching(/broken\.geojson cannot be used: /),
    ]);
    expect(await said('--input', '7=broken.geojson')).toEqual([2, expect.stringMatching(/no input 7/)]);
  });

  test('tells a failed service apart from one that could not be run', async () => {
    await mkdir(inFolder('fails'), { recursive: true });
    const yaml = await readFile(inFolder('my-boxes', 'service.yaml'), 'utf8');
    await writeFile(inFolder('fails', 'service.yaml'), yaml);
    const program = async (text: string): Promise<void> =>
      await writeFile(inFolder('fails', 'main.ts'), text);
    const ended = async () => {
      const { code, stdout, stderr } = await cli.run(['services', 'try', 'fails', ...sample, '--json']);
      return { code, stderr, ...(JSON.parse(stdout) as Ended) };
    };
    await program('console.error("No tile covers it"); process.exit(4)');
    expect(await ended()).toMatchObject({
      code: 3,
      succeeded: false,
      exit_type: 'service_error',
      reason: 'It exited with 4: No tile covers it',
    });
    await program('console.log("Well done")');
    expect(await ended()).toMatchObject({
      code: 3,
      exit_type: 'no_output',
      reason: 'It ended well but wrote nothing to output 1 (Boxes)',
      stderr: expect.stringContaining('Well done'),
    });
    await program('const held = []; for (;;) held.push(Buffer.alloc(2 ** 24, held.length + 1));');
    expect(await ended()).toMatchObject({ code: 3, succeeded: false });
  });

  test('keeps storage from one trial to the next, unless it is to begin afresh', async () => {
    const text = `import { appendFileSync, copyFileSync, mkdirSync } from 'node:fs';
      appendFileSync('storage/runs.txt', 'x');
      mkdirSync('outputs/1', { recursive: true });
      copyFileSync('storage/runs.txt', 'outputs/1/runs.geojson');`;
    await writeFile(inFolder('fails', 'main.ts'), text);
    const runs = async (...args: string[]) => {
      const ended = await cli.json<Ended>(['services', 'try', 'fails', ...sample, ...args]);
      return await readFile(ended.outputs[0]!.path, 'utf8');
    };
    expect([await runs(), await runs(), await runs('--fresh')]).toEqual(['x', 'xx', 'x']);
  });

  test('stops the service at Ctrl-C, and leaves nothing of it running', async ({ skip }) => {
    if (missing) skip(missing);
    await writeFile(
      inFolder('fails', 'main.ts'),
      'console.log("Begun"); setInterval(() => undefined, 1000);',
    );
    const terminal = await inTerminal(cli, ['services', 'try', 'fails', ...sample], { columns: 160 });
    await terminal.until(/Begun/);
    terminal.type(controlC);
    expect(await terminal.ended).toBe(130);
    if (process.platform !== 'linux') return;
    const running = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const lines = await Promise.all(
      running.map(async (pid) => await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
    );
    expect(lines.filter((line) => /fusion-try-[^/]*\/service\/main\.ts/.test(line))).toEqual([]);
  });

  test('keeps out of folders with other things in them, and says where there is no platform', async () => {
    await mkdir(inFolder('mine'), { recursive: true });
    await writeFile(inFolder('mine', 'thesis.txt'), '');
    const mine = await cli.run([...boxes, ...sample, '--to', 'mine']);
    expect([mine.code, mine.stderr]).toEqual([2, expect.stringMatching(/mine has other things in it/)]);
    const alone = await cli.run([...boxes, ...sample], { env: { FUSION_PLATFORM_HOME: '' } });
    expect([alone.code, alone.stderr]).toEqual([
      1,
      expect.stringMatching(/not installed here[\s\S]*FUSION_PLATFORM_HOME/),
    ]);
    await rm(inFolder('mine'), { recursive: true });
  });
});
