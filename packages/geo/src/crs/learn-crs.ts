import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { GdalError, runGdal, translate } from '../gdal/index.ts';
import type { TranslateOptions } from '../gdal/index.ts';
import { crsOf, remember } from './crs.ts';
import type { Crs } from './crs.ts';
import { crsOfWkt } from './wkt.ts';

/** A raster of one pixel, for GDAL to say something about. */
const PIXEL = 'ncols 1\nnrows 1\nxllcorner 0\nyllcorner 0\ncellsize 1\n0\n';

/**
 * The system of an EPSG code: where it is not built in, as the registry that GDAL carries describes it; from then on
 * `crsOf` has it too. Null when there is no such code, or its datum is not tied to WGS 84.
 */
export async function learnCrs(code: number, signal?: AbortSignal): Promise<Crs | null> {
  const known = crsOf(code);
  if (known !== null) return known;
  return inFolder(async (folder) => {
    const input = join(folder, 'pixel.asc');
    await writeFile(input, PIXEL);
    const found = await described(
      { input, inputFormat: 'AAIGrid', assignCrs: `EPSG:${code}` },
      folder,
      signal,
    );
    return found === null ? null : remember({ ...found, name: `EPSG:${code}`, code });
  });
}

/** The system of a GeoTIFF that describes one of its own, without a code; null where it does not, or not in full. */
export async function crsOfGeoTiff(path: string, signal?: AbortSignal): Promise<Crs | null> {
  return inFolder((folder) => described({ input: path, inputFormat: 'GTiff' }, folder, signal));
}

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'fusion-crs-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A virtual raster holds the well-known text of its system. */
async function described(
  options: Pick<TranslateOptions, 'input' | 'inputFormat' | 'assignCrs'>,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<Crs | null> {
  const output = join(folder, 'described.vrt');
  try {
    await runGdal(translate({ ...options, output, format: 'VRT' }), signal === undefined ? {} : { signal });
  } catch (error) {
    if (error instanceof GdalError && error.code === 'failed') return null;
    throw error;
  }
  const text = /<SRS[^>]*>([^<]+)<\/SRS>/.exec(await readFile(output, 'utf8'))?.[1];
  return text === undefined ? null : crsOfWkt(text.replaceAll('&quot;', '"').replaceAll('&amp;', '&'));
}
