import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { onTestFinished } from 'vitest';

const main = join(import.meta.dirname, '../../src/main.ts');

export interface Run {
  readonly code: number | null;
  readonly log: string;
  readonly outcome: { success: boolean; exit_type: string | null; abort_reason: string | null };
  readonly classification: string;
  readonly statistics: string;
}

/** Runs the service as the platform does: a process of its own on a job's folder. */
export async function clouds(files: readonly string[], options: Record<string, unknown> = {}): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), 'clouds-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'inputs/1'), { recursive: true });
  for (const file of files) await copyFile(file, join(folder, 'inputs/1', basename(file)));
  await writeFile(join(folder, 'job.json'), JSON.stringify(job(files, options)));
  const child = spawn(process.execPath, ['--conditions=fusion-source', main], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (log += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return {
    code,
    log,
    outcome: JSON.parse(await readFile(join(folder, 'outcome.json'), 'utf8')) as Run['outcome'],
    classification: join(folder, 'outputs/1/cloud_classification.tif'),
    statistics: join(folder, 'outputs/2/cloud_statistics.csv'),
  };
}

function job(paths: readonly string[], options: Record<string, unknown>): object {
  const files = paths
    .map((path) => basename(path))
    .map((name) => ({ path: `inputs/1/${name}`, name, file_type: 'GeoTIFF' }));
  return {
    version: 1,
    component: { id: 'c1', name: 'Clouds', chain_index: 1, attempt: 1 },
    service: { id: 's1', ssd_id: 'ssd1', name: 'Clouds', version: 1 },
    execution: { id: 'e1', process_id: 'p1', process_name: 'Sky', started_at: '2026-01-01T00:00:00+00:00' },
    options: { unclassified: 'ground', sun_azimuth: null, sun_elevation: null, ...options },
    region: null,
    inputs: [{ number: 1, file_type: 'GeoTIFF', title: null, folder: 'inputs/1', files }],
    outputs: [
      { number: 1, name: 'Classification', file_type: 'GeoTIFF', folder: 'outputs/1' },
      { number: 2, name: 'Statistics', file_type: 'CSV', folder: 'outputs/2' },
    ],
    resources: { cpu: 1, memory_mb: 1024, storage_gb: 4 },
  };
}
