import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Region } from '@fusion-platform/service-kit';
import { onTestFinished } from 'vitest';

const main = join(import.meta.dirname, '../../src/main.ts');

export interface Run {
  readonly code: number | null;
  readonly elevation: string;
  readonly slope: string;
  readonly aspect: string;
  readonly hillshade: string;
  readonly contours: string;
  readonly statistics: string;
  readonly relief: string;
  /** The region as GDAL reads it. */
  readonly cutline: string;
  readonly log: string;
  readonly outcome: {
    success: boolean;
    exit_type: string | null;
    abort_reason: string | null;
    outputs?: { number: number; files: { name: string; file_type: string; title: string }[] }[];
  };
}

export interface Options {
  readonly slope?: boolean;
  readonly slope_unit?: 'degrees' | 'percent';
  readonly aspect?: boolean;
  readonly hillshade?: boolean;
  readonly sun_azimuth?: number;
  readonly sun_altitude?: number;
  readonly vertical_exaggeration?: number;
  readonly contours?: boolean;
  readonly contour_interval?: number;
}

/** Those of service.yaml. An option that is of no use with the others has no value, as on the platform. */
const DEFAULTS: { readonly [Name in keyof Options]-?: Options[Name] | null } = {
  slope: false,
  slope_unit: null,
  aspect: false,
  hillshade: false,
  sun_azimuth: null,
  sun_altitude: null,
  vertical_exaggeration: null,
  contours: false,
  contour_interval: null,
};

export interface Ask {
  readonly dem: string;
  readonly region: Region;
  readonly options?: Options;
  /** Where GDAL's own programs are looked for; everywhere by default. */
  readonly path?: string;
}

/** Runs the service as the platform does: a process of its own on a job's folder. */
export async function elevation({ dem, region, options, path = process.env['PATH'] }: Ask): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), 'elevation-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'inputs/1'), { recursive: true });
  await copyFile(dem, join(folder, 'inputs/1/dem.tif'));
  await writeFile(join(folder, 'job.json'), JSON.stringify(job(region, options)));
  const child = spawn(process.execPath, ['--conditions=fusion-source', main], {
    cwd: folder,
    env: { PATH: path, NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (log += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return {
    code,
    log,
    elevation: join(folder, 'outputs/1/elevation.tif'),
    statistics: join(folder, 'outputs/2/elevation_statistics.csv'),
    slope: join(folder, 'outputs/4/elevation_slope.tif'),
    aspect: join(folder, 'outputs/4/elevation_aspect.tif'),
    hillshade: join(folder, 'outputs/4/elevation_hillshade.tif'),
    contours: join(folder, 'outputs/5/elevation_contours.geojson'),
    relief: join(folder, 'outputs/3/elevation_relief.png'),
    cutline: join(folder, 'scratch/region.geojson'),
    outcome: JSON.parse(await readFile(join(folder, 'outcome.json'), 'utf8')) as Run['outcome'],
  };
}

function job(region: Region, options: Options = {}): object {
  const outputs = [
    ['Elevation', 'GeoTIFF'],
    ['Statistics', 'CSV'],
    ['Relief', 'PNG'],
    ['Terrain', 'GeoTIFF'],
    ['Contours', 'GeoJSON'],
  ].map(([name, type], index) => ({
    number: index + 1,
    name,
    file_type: type,
    folder: `outputs/${index + 1}`,
  }));
  const file = { path: 'inputs/1/dem.tif', name: 'dem.tif', file_type: 'GeoTIFF', size: null, crs: null };
  return {
    version: 1,
    component: { id: 'c1', name: 'Elevation', chain_index: 1, attempt: 1 },
    service: { id: 's1', ssd_id: 'ssd1', name: 'Elevation', version: 1 },
    execution: { id: 'e1', process_id: 'p1', process_name: 'Hills', started_at: '2026-01-01T00:00:00+00:00' },
    options: { ...DEFAULTS, ...options },
    region,
    inputs: [{ number: 1, file_type: 'GeoTIFF', title: null, folder: 'inputs/1', files: [file] }],
    outputs,
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
