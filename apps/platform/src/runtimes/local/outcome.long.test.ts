import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { readOutcome, TooManyFilesError } from './outcome.ts';
import type { Outcome } from './outcome.ts';

let root: string;
let folder: string;
let output: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fusion-outcome-'));
  folder = join(root, 'attempt');
  output = join(folder, 'outputs/1');
  mkdirSync(output, { recursive: true });
  mkdirSync(join(root, 'secrets'));
  writeFileSync(join(root, 'secrets/key'), 'of the host');
});
// What has a path that is too long cannot be removed by Node.
afterEach(() => execFileSync('rm', ['-rf', root]));

const read = (): Outcome => readOutcome(folder, [{ number: 1, fileType: 'CSV' }]);
const write = (outcome: unknown): void =>
  writeFileSync(
    join(folder, 'outcome.json'),
    typeof outcome === 'string' ? outcome : JSON.stringify(outcome),
  );
const names = ({ files }: Outcome): string[] => (files.get(1) ?? []).map(({ name }) => name);
const listing = (...paths: string[]) => ({
  outputs: [{ number: 1, files: paths.map((path) => ({ path })) }],
});

describe('the files of an output', () => {
  test('are all plain files below its folder, and nothing behind a link', () => {
    mkdirSync(join(output, 'sub'));
    writeFileSync(join(output, 'b.csv'), '');
    writeFileSync(join(output, 'sub/a.csv'), '');
    symlinkSync(join(root, 'secrets'), join(output, 'folder'));
    symlinkSync(join(root, 'secrets/key'), join(output, 'file'));
    execFileSync('mkfifo', [join(output, 'pipe')]);
    const outcome = read();
    expect(names(outcome)).toEqual(['b.csv', 'sub_a.csv']);
    expect(outcome.files.get(1)![1]!.path).toBe(join(output, 'sub/a.csv'));
    expect(outcome.warnings).toEqual([]);
  });

  test.each(['outputs', 'outputs/1'])('are none where %s is a link or is not there', (name) => {
    rmSync(join(folder, name), { recursive: true });
    expect(names(read())).toEqual([]);
    mkdirSync(join(root, 'secrets/1'));
    writeFileSync(join(root, 'secrets/1/key'), 'of the host');
    symlinkSync(join(root, 'secrets'), join(folder, name));
    expect(names(read())).toEqual([]);
  });

  test('may be many, but not too many', () => {
    for (let n = 0; n < 10_000; n += 1) writeFileSync(join(output, `${n}`), '');
    expect(names(read())).toHaveLength(10_000);
    writeFileSync(join(output, 'more'), '');
    expect(read).toThrow(new TooManyFilesError('outputs/1 holds more than 10000 files'));
  });

  test.each([
    ['folders', (path: string) => mkdirSync(path)],
    ['links', (path: string) => symlinkSync('nowhere', path)],
  ])('are not looked for among any number of %s', (_, make) => {
    const sub = join(output, 'sub');
    mkdirSync(sub);
    for (let n = 0; n < 20_000; n += 1) make(join(sub, `${n}`));
    expect(read).toThrow(new TooManyFilesError('outputs/1 holds more than 20000 files, folders and links'));
  });

  test('are passed over where their names are no UTF-8, which may be mistaken for a link', () => {
    writeFileSync(join(output, 'good.csv'), '');
    writeFileSync(Buffer.concat([Buffer.from(`${output}/`), Buffer.from([0xfe])]), '');
    symlinkSync(join(root, 'secrets'), join(output, '\u{fffd}'));
    mkdirSync(Buffer.concat([Buffer.from(`${output}/`), Buffer.from([0xff])]));
    const outcome = read();
    expect(names(outcome)).toEqual(['good.csv']);
    expect(outcome.warnings).toHaveLength(1);
    expect(outcome.warnings[0]).toContain('2 files and folders, such as "outputs/1/\u{fffd}"');
  });

  test('are passed over where their paths are too long', () => {
    writeFileSync(join(output, 'good.csv'), '');
    const name = 'n'.repeat(250);
    const script = `for (let n = 0; n < 20; n += 1) {
      fs.mkdirSync('${name}'); process.chdir('${name}'); fs.writeFileSync('file', ''); fs.writeFileSync('${name}.csv', '');
    }`;
    execFileSync(process.execPath, ['-e', script], { cwd: output });
    const outcome = read();
    expect(outcome.files.get(1)!.length).toBeGreaterThan(20);
    expect(outcome.files.get(1)!.every(({ path }) => path.length < 4096)).toBe(true);
    expect(outcome.warnings).toHaveLength(1);
    expect(outcome.warnings[0]!.length).toBeLessThan(500);
  });
});

describe('outcome.json', () => {
  test('chooses files of an output, under other names, and says how it went', () => {
    writeFileSync(join(output, 'a.csv'), '');
    writeFileSync(join(output, 'b.csv'), '');
    write({
      success: false,
      exit_type: ' no\0_data ',
      abort_reason: 'Nothing \u{d800}there',
      outputs: [{ number: 1, files: [{ path: './outputs/1/b.csv', name: 'c.csv', title: 'Table' }] }],
      dispatched: [{ file: 'a\0', to: 'b\u{dc00}', at: '2026-01-31T12:00:00Z' }],
    });
    const outcome = read();
    expect(outcome).toMatchObject({
      success: false,
      exitType: 'no_data',
      abortReason: 'Nothing \u{fffd}there',
      dispatched: [{ file: 'a', to: 'b\u{fffd}', size: null }],
      warnings: [],
    });
    expect(outcome.files.get(1)).toEqual([
      { path: join(output, 'b.csv'), name: 'c.csv', fileType: 'CSV', title: 'Table', description: null },
    ]);
  });

  test('may leave out all', () => {
    write({ outputs: null });
    expect(read()).toMatchObject({ success: null, exitType: null, dispatched: [], warnings: [] });
  });

  test('that lists many files that are not there gives a few warnings', () => {
    writeFileSync(join(output, 'a.csv'), '');
    const missing = Array.from({ length: 60_000 }, (_, n) => `outputs/1/${n}`);
    write(listing('outputs/1/a.csv', 'x'.repeat(100_000), ...missing));
    const outcome = read();
    expect(names(outcome)).toEqual(['a.csv']);
    expect(outcome.warnings).toHaveLength(21);
    expect(outcome.warnings[1]).toBe('outcome.json lists "outputs/1/0", which is no file of that output');
    expect(outcome.warnings.at(-1)).toBe('There were 59981 more warnings like these');
    expect(outcome.warnings.join('').length).toBeLessThan(5000);
  });

  test('cannot make one file many', () => {
    writeFileSync(join(output, 'a.csv'), '');
    write(listing(...Array.from({ length: 10_001 }, () => 'outputs/1/a.csv')));
    expect(read).toThrow(new TooManyFilesError('outcome.json lists more than 10000 files of outputs/1'));
  });

  test.each([
    ['outputs', { outputs: Array.from({ length: 100_000 }, () => 0) }, 'outputs[0]'],
    [
      'files',
      { outputs: [{ number: 1, files: Array.from({ length: 100_000 }, () => ({ path: 0, name: 0 })) }] },
      'outputs[0].files[0].path',
    ],
    ['dispatched', { dispatched: Array.from({ length: 10_000 }, () => ({})) }, 'dispatched[0].file'],
  ])('full of faults in its %s is passed over with a short warning', (_, outcome, at) => {
    write(outcome);
    const { warnings } = read();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(`→ at ${at}`);
    expect(warnings[0]!.length).toBeLessThan(500);
  });

  test('is passed over where it is no JSON, and not read where it is too long, a link or a pipe', () => {
    write('{');
    expect(read().warnings).toEqual(['outcome.json is passed over: it is not JSON']);
    const path = join(folder, 'outcome.json');
    write(`{"success":false${' '.repeat(4_194_304)}}`);
    expect(read().success).toBeNull();
    rmSync(path);
    writeFileSync(join(root, 'secrets/outcome'), '{"success":false}');
    symlinkSync(join(root, 'secrets/outcome'), path);
    expect(read().success).toBeNull();
    rmSync(path);
    execFileSync('mkfifo', [path]);
    expect(read().success).toBeNull();
  });
});
