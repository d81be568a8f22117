import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const service = join(import.meta.dirname, 'service.ts');
const job = {
  version: 1,
  component: { id: 'c1', name: 'Test', chain_index: 0, attempt: 1 },
  service: { id: 's1', ssd_id: 'ssd1', name: 'Test', version: 1 },
  execution: { id: 'e1', process_id: 'p1', process_name: 'Züri', started_at: '2026-01-01T00:00:00+00:00' },
  options: { act: 'work', size: 5 } as Record<string, unknown>,
  region: null as unknown,
  inputs: [
    {
      number: 1,
      file_type: 'GeoJSON',
      title: null,
      folder: 'inputs/1',
      files: [{ path: 'inputs/1/g.geojson', name: 'g.geojson', file_type: 'GeoJSON', size: 3, crs: null }],
    },
  ],
  outputs: [{ number: 1, name: 'Table', file_type: 'CSV', folder: 'outputs/1' }],
  resources: { cpu: 1, memory_mb: 256, storage_gb: 1 },
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'service-kit-'));
});
afterEach(() => rm(folder, { recursive: true }));

function start(environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['--conditions=fusion-source', service], {
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (log.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (log.err += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, log, ended };
}

async function run(content: unknown, environment?: Record<string, string>) {
  await writeFile(join(folder, 'job.json'), typeof content === 'string' ? content : JSON.stringify(content));
  const { log, ended } = start(environment);
  const code = await ended;
  return { code, log, outcome: await read('outcome.json') };
}

async function read(name: string): Promise<unknown> {
  return JSON.parse(await readFile(join(folder, name), 'utf8'));
}

function asking(act: string) {
  return { ...job, options: { ...job.options, act } };
}

test('a service that succeeds leaves its outputs, a warning, and its last status', async () => {
  const { code, log, outcome } = await run(job, { COLOUR: 'blue' });
  expect(log.err).toBe('');
  expect(code).toBe(0);
  expect(log.out.split('\n')).toEqual([
    'Working on Züri with 5',
    'Input g.geojson, setting blue',
    'Warning: One tile was old',
    '',
  ]);
  expect(outcome).toEqual({
    success: true,
    exit_type: null,
    abort_reason: 'One tile was old',
    outputs: [
      {
        number: 1,
        files: [
          { path: 'outputs/1/a.csv', name: 'a.csv', file_type: 'CSV', title: 'A', description: 'The first' },
        ],
      },
    ],
  });
  expect(await read('status.json')).toEqual({
    progress: 100,
    comment: 'Half way and more',
    transfer: { s3: 0, gcs: 0, external: 10_000, internal: 0 },
  });
  expect((await readdir(folder)).sort()).toEqual([
    'job.json',
    'outcome.json',
    'outputs',
    'scratch',
    'status.json',
  ]);
});

test('a refusal ends with its message and without a stack', async () => {
  const { code, log, outcome } = await run(asking('refuse'));
  expect(code).toBe(1);
  expect(outcome).toEqual({
    success: false,
    exit_type: 'refused',
    abort_reason: 'The region is over no tile',
  });
  expect(log.err).toBe('The region is over no tile\n');
});

test('an error nobody caught is logged with its causes and becomes the reason', async () => {
  const { code, log, outcome } = await run(asking('throw'));
  expect(code).toBe(1);
  expect(outcome).toMatchObject({ exit_type: 'error', abort_reason: 'Reading failed: the disk is gone' });
  expect(log.err).toContain('service.ts');
});

test('a rejection nobody awaited ends the attempt instead of being lost', async () => {
  const { code, outcome } = await run(asking('reject behind the scenes'));
  expect(code).toBe(1);
  expect(outcome).toMatchObject({ success: false, abort_reason: 'nobody awaited this' });
});

test('an output that was named but not written fails the attempt', async () => {
  const { code, outcome } = await run(asking('promise nothing keeps'));
  expect(code).toBe(1);
  expect(outcome).toMatchObject({
    success: false,
    abort_reason: expect.stringContaining('outputs/1/never.csv'),
  });
});

test('an output cannot be named outside its folder', async () => {
  const { code, outcome } = await run(asking('escape'));
  expect(code).toBe(1);
  expect(outcome).toMatchObject({ abort_reason: '"../job.json" is not a plain file name' });
});

test('an option that the job does not have is named', async () => {
  const { outcome } = await run(asking('something else'));
  expect(outcome).toMatchObject({
    exit_type: 'invalid_job',
    abort_reason: 'job.json has no option no such option',
  });
});

test('every fault of job.json is named at once', async () => {
  const { code, outcome } = await run({ ...job, version: 2, region: { type: 'Point', coordinates: [0, 0] } });
  expect(code).toBe(1);
  expect(outcome).toMatchObject({
    success: false,
    exit_type: 'invalid_job',
    abort_reason: expect.stringMatching(/version: .*; region\.type: /),
  });
});

test('a job.json that is not JSON says so', async () => {
  const { outcome } = await run('{"version": 1,');
  expect(outcome).toMatchObject({ exit_type: 'invalid_job', abort_reason: expect.stringContaining('JSON') });
});

test('SIGTERM aborts the work and the outcome says stopped', async () => {
  await writeFile(join(folder, 'job.json'), JSON.stringify(asking('wait')));
  const { child, ended } = start();
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  expect(await ended).toBe(143);
  expect(await read('outcome.json')).toEqual({
    success: false,
    exit_type: 'stopped',
    abort_reason: 'Stopped on request',
  });
});
