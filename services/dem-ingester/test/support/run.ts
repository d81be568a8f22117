import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Region } from '@fusion-platform/service-kit';
import { onTestFinished } from 'vitest';

const main = join(import.meta.dirname, '../../src/main.ts');

export interface Run {
  readonly code: number | null;
  readonly output: string;
  readonly log: string;
  readonly outcome: { success: boolean; exit_type: string | null; abort_reason: string | null };
  readonly status: { progress: number; comment: string; transfer: { internal: number; s3: number } };
}

export interface Ask {
  readonly region: Region;
  readonly archive: string;
  readonly options?: { resolution?: number; crs?: 'native' | 'utm'; margin?: number };
  /** Where GDAL's own programs are looked for; everywhere by default. */
  readonly path?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs the service as the platform does: a process of its own on a job's folder. */
export async function ingest({
  region,
  archive,
  options,
  path = process.env['PATH'],
  environment = {},
}: Ask): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), 'dem-ingester-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'inputs/1'), { recursive: true });
  await writeFile(join(folder, 'job.json'), JSON.stringify(job(region, options)));
  const child = spawn(process.execPath, ['--conditions=fusion-source', main], {
    cwd: folder,
    env: {
      PATH: path,
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      FUSION_DEM_STAC_URL: archive,
      FUSION_DEM_COLLECTION: 'hills',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (log += text));
  const [code] = (await once(child, 'close')) as [number | null];
  const read = async (name: string): Promise<unknown> =>
    JSON.parse(await readFile(join(folder, name), 'utf8'));
  return {
    code,
    log,
    output: join(folder, 'outputs/1/dem.tif'),
    outcome: (await read('outcome.json')) as Run['outcome'],
    status: (await read('status.json')) as Run['status'],
  };
}

function job(region: Region, options: Ask['options']): object {
  return {
    version: 1,
    component: { id: 'c1', name: 'DEM Ingester', chain_index: 0, attempt: 1 },
    service: { id: 's1', ssd_id: 'ssd1', name: 'DEM Ingester', version: 1 },
    execution: { id: 'e1', process_id: 'p1', process_name: 'Hills', started_at: '2026-01-01T00:00:00+00:00' },
    options: { resolution: null, crs: 'native', margin: 0, ...options },
    region,
    inputs: [{ number: 1, file_type: 'GeoJSON', title: null, folder: 'inputs/1', files: [] }],
    outputs: [{ number: 1, name: 'DEM', file_type: 'GeoTIFF', folder: 'outputs/1' }],
    resources: { cpu: 1, memory_mb: 1024, storage_gb: 4 },
  };
}

/** A rectangle as a region. */
export function box(west: number, south: number, east: number, north: number): Region {
  const ring = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
  return { type: 'Polygon', coordinates: [ring] };
}
