import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

const main = join(import.meta.dirname, '../../src/main.ts');
const NONE = Object.fromEntries(
  ['ndvi', 'evi', 'savi', 'msavi2', 'ndwi', 'mndwi', 'ndmi', 'nbr', 'ndsi', 'ndbi'].map((name) => [
    name,
    false,
  ]),
);

export interface Run {
  readonly log: string;
  readonly outcome: { success: boolean; exit_type: string | null; abort_reason: string | null };
  readonly indices: string;
  readonly statistics: string;
}

/** Runs the service as the platform does: a process of its own on a job's folder, which is made in `within`. */
export async function indices(
  within: string,
  files: readonly string[],
  ...chosen: readonly string[]
): Promise<Run> {
  const folder = await mkdtemp(join(within, 'job-'));
  await mkdir(join(folder, 'inputs/1'), { recursive: true });
  for (const file of files) await symlink(file, join(folder, 'inputs/1', basename(file)));
  const input = files
    .map((path) => basename(path))
    .map((name) => ({ path: `inputs/1/${name}`, name, file_type: 'GeoTIFF' }));
  const job = {
    version: 1,
    component: { id: 'c1', name: 'Indices', chain_index: 1, attempt: 1 },
    service: { id: 's1', ssd_id: 'ssd1', name: 'Indices', version: 1 },
    execution: { id: 'e1', process_id: 'p1', process_name: 'Green', started_at: '2026-01-01T00:00:00+00:00' },
    options: { ...NONE, ...Object.fromEntries(chosen.map((name) => [name, true])) },
    region: null,
    inputs: [{ number: 1, file_type: 'GeoTIFF', title: null, folder: 'inputs/1', files: input }],
    outputs: [
      { number: 1, name: 'Indices', file_type: 'GeoTIFF', folder: 'outputs/1' },
      { number: 2, name: 'Statistics', file_type: 'CSV', folder: 'outputs/2' },
    ],
    resources: { cpu: 1, memory_mb: 1024, storage_gb: 4 },
  };
  await writeFile(join(folder, 'job.json'), JSON.stringify(job));
  const child = spawn(process.execPath, ['--conditions=fusion-source', main], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (log += text));
  await once(child, 'close');
  return {
    log,
    outcome: JSON.parse(await readFile(join(folder, 'outcome.json'), 'utf8')) as Run['outcome'],
    indices: join(folder, 'outputs/1/spectral_indices.tif'),
    statistics: join(folder, 'outputs/2/spectral_indices_statistics.csv'),
  };
}
