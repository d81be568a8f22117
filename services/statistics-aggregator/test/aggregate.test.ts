import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { formatStatistics, parseStatistics, StatisticsAccumulator } from '@fusion-platform/geo';
import { expect, onTestFinished, test } from 'vitest';

const main = join(import.meta.dirname, '../src/main.ts');

interface Run {
  readonly outcome: { success: boolean; abort_reason: string | null };
  readonly csv: string;
}

/** Runs the service as the platform does, on files that are given as path and content. */
async function aggregate(files: readonly (readonly [string, string])[]): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), 'aggregator-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [path, content] of files) {
    await mkdir(dirname(join(folder, 'inputs/1', path)), { recursive: true });
    await writeFile(join(folder, 'inputs/1', path), content);
  }
  const input = files.map(([path]) => ({
    path: `inputs/1/${path}`,
    name: path.split('/').at(-1),
    file_type: 'CSV',
  }));
  const job = {
    version: 1,
    component: { id: 'c1', name: 'Aggregator', chain_index: 1, attempt: 1 },
    service: { id: 's1', ssd_id: 'ssd1', name: 'Aggregator', version: 1 },
    execution: { id: 'e1', process_id: 'p1', process_name: 'All', started_at: '2026-01-01T00:00:00+00:00' },
    options: {},
    region: null,
    inputs: [{ number: 1, file_type: 'CSV', folder: 'inputs/1', files: input }],
    outputs: [{ number: 1, name: 'Statistics', file_type: 'CSV', folder: 'outputs/1' }],
    resources: { cpu: 1, memory_mb: 512, storage_gb: 1 },
  };
  await writeFile(join(folder, 'job.json'), JSON.stringify(job));
  const child = spawn(process.execPath, ['--conditions=fusion-source', main], {
    cwd: folder,
    stdio: 'ignore',
  });
  await once(child, 'close');
  const outcome = JSON.parse(await readFile(join(folder, 'outcome.json'), 'utf8')) as Run['outcome'];
  const output = join(folder, 'outputs/1/aggregated_statistics.csv');
  return { outcome, csv: outcome.success ? await readFile(output, 'utf8') : '' };
}

function rowOf(selector: string, values: readonly number[], edges: readonly [number, number] = [0, 3]) {
  const tally = new StatisticsAccumulator(selector, edges);
  tally.add(values, 255);
  return tally.row;
}

test('the statistics of parts become those of the whole, not averages of averages', async () => {
  const parts = [[0, 0, 0, 0, 0, 0, 255], [3], [1, 2]];
  const files = parts.map(
    (part, index) => [`part_${index}.csv`, formatStatistics([rowOf('Class', part)])] as const,
  );
  const { outcome, csv } = await aggregate(files);
  expect(outcome).toMatchObject({ success: true });
  const [found, ...more] = parseStatistics(csv);
  const whole = rowOf('Class', parts.flat());
  expect(more).toEqual([]);
  expect(found).toMatchObject({
    selector: 'Class',
    count: 9,
    nodataCount: 1,
    sum: 6,
    minimum: 0,
    maximum: 3,
    bins: [6, 0, 0, 1, 0, 0, 1, 0, 0, 1],
  });
  expect(found?.mean).toBeCloseTo(whole.mean ?? Number.NaN, 12);
  expect(found?.squares).toBeCloseTo(whole.squares, 12);
});

test('each selector has one row, with the files that it comes from', async () => {
  const { csv } = await aggregate([
    ['1/statistics.csv', formatStatistics([rowOf('NDVI', [0.5], [-1, 1]), rowOf('NBR', [0.1], [-1, 1])])],
    ['2/statistics.csv', formatStatistics([rowOf('NDVI', [0.7], [-1, 1])])],
    ['other.csv', formatStatistics([rowOf('NDVI', [0.9], [-1, 1])])],
  ]);
  const [header = '', ...lines] = csv.trim().split('\n');
  const columns = header.split(',');
  const fields = lines.map((line) => line.split(','));
  const column = (name: string): (string | undefined)[] => fields.map((row) => row[columns.indexOf(name)]);
  expect(column('selector')).toEqual(['NDVI', 'NBR']);
  expect(column('count')).toEqual(['3', '1']);
  expect(column('file_count')).toEqual(['3', '1']);
  expect(column('files')).toEqual(['1/statistics.csv;2/statistics.csv;other.csv', '1/statistics.csv']);
});

test('what was aggregated can be aggregated again', async () => {
  const row = (...values: number[]): string => formatStatistics([rowOf('Class', values)]);
  const { csv: half } = await aggregate([
    ['a.csv', row(1, 2, 2)],
    ['b.csv', row(0)],
  ]);
  const { csv } = await aggregate([
    ['half.csv', half],
    ['c.csv', row(3, 3)],
  ]);
  expect(parseStatistics(csv)[0]).toMatchObject({ count: 6, sum: 11, bins: [1, 0, 0, 1, 0, 0, 2, 0, 0, 2] });
});

test('histograms with other edges are refused with the files that have them', async () => {
  const { outcome } = await aggregate([
    ['a.csv', formatStatistics([rowOf('Class', [1])])],
    ['b.csv', formatStatistics([rowOf('Class', [1], [0, 5])])],
  ]);
  expect(outcome).toMatchObject({
    success: false,
    abort_reason:
      'a.csv, b.csv: the histograms of Class have bins from 0 to 3 and from 0 to 5: they cannot be combined exactly',
  });
});

test('a CSV that has no such statistics is refused by name, and so is no file at all', async () => {
  const { outcome } = await aggregate([['cities.csv', 'city,people\nGlasgow,635640\n']]);
  expect(outcome.abort_reason).toMatch(/^cities\.csv: the columns selector, count, /);
  expect((await aggregate([])).outcome.abort_reason).toBe(
    'There are no statistics to combine: the input has no file',
  );
});
