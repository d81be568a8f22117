import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { calculate, StatisticsAccumulator } from '@fusion-platform/geo';

import { root } from '../../e2e/support/platform.ts';

const run = promisify(execFile);

export interface OurRun {
  /** From the start of the process to its end, as of a program of GDAL's. */
  readonly seconds: number;
  /** Of the work alone, without the start of Node. */
  readonly workSeconds: number;
  /** The most memory the process ever held (resident set), without programs that it started. */
  readonly peakMb: number;
}

/** @param gdal whether GDAL's own programs are on the PATH */
export async function ours(gdal: boolean, ...args: string[]): Promise<OurRun> {
  const script = join(import.meta.dirname, 'geo-process.ts');
  const started = performance.now();
  const { stdout } = await run(process.execPath, ['--conditions=fusion-source', script, ...args], {
    cwd: root,
    env: { PATH: gdal ? process.env['PATH'] : '/nowhere' },
  });
  const told = JSON.parse(stdout) as { seconds: number; peakMb: number };
  return { seconds: (performance.now() - started) / 1000, workSeconds: told.seconds, peakMb: told.peakMb };
}

/** Gives the seconds of a program of GDAL's. */
export async function theirs(program: string, ...args: string[]): Promise<number> {
  const started = performance.now();
  await run(program, args, { env: { ...process.env, GDAL_PAM_ENABLED: 'NO', PROJ_NETWORK: 'OFF' } });
  return (performance.now() - started) / 1000;
}

/** NDVI with gdal_calc.py: in the same form as ours, but for overviews, or as plain as it comes. */
export async function gdalCalc(output: string, nir: string, red: string, plain: boolean): Promise<number> {
  const a = 'A.astype(numpy.float32)';
  const form = plain ? [] : ['--co', 'COMPRESS=DEFLATE', '--co', 'TILED=YES', '--co', 'PREDICTOR=3'];
  const bands = ['-A', nir, '-B', red, `--calc=(${a}-B)/(${a}+B)`];
  await rm(output, { force: true });
  return theirs(
    'gdal_calc.py',
    ...bands,
    '--type=Float32',
    '--NoDataValue=-9999',
    '--quiet',
    ...form,
    '--outfile',
    output,
  );
}

export async function has(program: string): Promise<boolean> {
  return run(program, ['--help']).then(
    () => true,
    ({ code }: { code?: unknown }) => code !== 'ENOENT',
  );
}

/** The largest difference between two rasters of one grid. */
export async function apart(one: string, other: string, scratch: string): Promise<number> {
  const tally = new StatisticsAccumulator('difference', [0, 1]);
  await calculate({
    output: scratch,
    bands: [
      {
        name: 'Difference',
        sources: [{ path: one }, { path: other }],
        calculate: ([a, b], values) => {
          for (let index = 0; index < values.length; index++)
            values[index] = Math.abs((a?.[index] ?? Number.NaN) - (b?.[index] ?? Number.NaN));
          tally.add(values, -1);
        },
      },
    ],
    dataType: 'float32',
    nodata: -1,
    reduction: 'average',
  });
  return tally.row.maximum ?? Infinity;
}
