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
  readonly folder: string;
  readonly log: string;
  readonly outcome: {
    success: boolean;
    exit_type: string | null;
    abort_reason: string | null;
    outputs?: { number: number; files: { name: string; file_type: string; title: string }[] }[];
  };
  readonly status: { progress: number; transfer: Record<'s3' | 'gcs' | 'external' | 'internal', number> };
  /** Path of a file of output 1. */
  readonly band: (name: string) => string;
  readonly preview: string;
}

export interface Ask {
  readonly region: Region;
  readonly archive: string;
  readonly options?: Readonly<Record<string, boolean | number | string | null>>;
  /** Where GDAL's own programs are looked for; everywhere by default. */
  readonly path?: string;
}

/** Runs the service as the platform does: a process of its own on a job's folder. */
export async function ingest({ region, archive, options, path = process.env['PATH'] }: Ask): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), 'sentinel-2-ingester-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'inputs/1'), { recursive: true });
  await writeFile(join(folder, 'job.json'), JSON.stringify(job(region, options)));
  const child = spawn(process.execPath, ['--conditions=fusion-source', main], {
    cwd: folder,
    env: { PATH: path, NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'], FUSION_S2_STAC_URL: archive },
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
    folder,
    log,
    outcome: (await read('outcome.json')) as Run['outcome'],
    status: (await read('status.json')) as Run['status'],
    band: (name) => join(folder, `outputs/1/${name}.tif`),
    preview: join(folder, 'outputs/2/preview.png'),
  };
}

function job(region: Region, options: Ask['options']): object {
  return {
    version: 1,
    component: { id: 'c1', name: 'Sentinel-2 Ingester', chain_index: 0, attempt: 1 },
    service: { id: 's1', ssd_id: 'ssd1', name: 'Sentinel-2 (Multispectral)', version: 1 },
    execution: {
      id: 'e1',
      process_id: 'p1',
      process_name: 'Fields',
      started_at: '2026-01-01T00:00:00+00:00',
    },
    options: { ...DEFAULTS, ...options },
    region,
    inputs: [{ number: 1, file_type: 'GeoJSON', title: null, folder: 'inputs/1', files: [] }],
    outputs: [
      { number: 1, name: 'Multispectral', file_type: 'GeoTIFF', folder: 'outputs/1' },
      { number: 2, name: 'Preview', file_type: 'PNG', folder: 'outputs/2' },
    ],
    resources: { cpu: 1, memory_mb: 1536, storage_gb: 16 },
  };
}

const DEFAULTS = {
  latest_date: true,
  start_date: null,
  end_date: null,
  find_nearest: true,
  maximum_scan_days: 5,
  merge_image_days: 1,
  maximum_cloud: 95,
  coverage_tolerance: 4,
  error_no_image: true,
  mask: false,
  mask_classes: '4,5,6,7',
  only_mgrs_cells: null,
  bands: null,
  generate_preview: true,
  clip: true,
};

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
