import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { fromFile } from 'geotiff';

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

/** The largest difference between two rasters in windows here and there. */
export async function apart(one: string, other: string): Promise<number> {
  const [a, b] = [await fromFile(one), await fromFile(other)];
  try {
    const [first, second] = [await a.getImage(0), await b.getImage(0)];
    const [width, height] = [first.getWidth(), first.getHeight()];
    if (second.getWidth() !== width || second.getHeight() !== height) return Infinity;
    let most = 0;
    for (let place = 0; place < 9; place++) {
      const [x, y] = [((width - 300) * (place % 3)) / 2, ((height - 300) * Math.floor(place / 3)) / 2].map(
        Math.floor,
      ) as [number, number];
      const window: [number, number, number, number] = [x, y, x + 300, y + 300];
      const [p, q] = [await first.readRasters({ window }), await second.readRasters({ window })];
      const [own, others] = [p[0] as Float32Array, q[0] as Float32Array];
      for (const [index, value] of own.entries())
        most = Math.max(most, Math.abs(value - (others[index] ?? Number.NaN)));
    }
    return most;
  } finally {
    await a.close();
    await b.close();
  }
}
