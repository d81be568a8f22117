import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

import type { RunGdalOptions } from '@fusion-platform/geo';
import { Piscina } from 'piscina';

import type { Band } from './band-worker.ts';
import { makeTile } from './make-tile.ts';
import { tiles } from './tiles.ts';
import type { Tile } from './tiles.ts';

const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
const beside = (name: string): URL => new URL(`./${name}${ending}`, import.meta.url);
/** What the heights and the form of a tile depend on. */
const SOURCES = ['../land/geography', '../land/noise', '../land/terrain', 'tiles', 'make-tile'];

export interface MakeTilesOptions extends Pick<RunGdalOptions, 'signal' | 'native'> {
  /** Called with a fraction from 0 to 1. */
  readonly onProgress?: (fraction: number) => void;
}

/** The same as long as the program would make the same tiles. */
export async function terrainVersion(): Promise<string> {
  const hash = createHash('sha256');
  for (const name of SOURCES) hash.update(await readFile(beside(name)));
  return hash.digest('hex').slice(0, 16);
}

/**
 * Makes the tiles that a folder lacks and gives the paths of all, by id. A run that was cut off is taken up where
 * it stood; tiles that an earlier version of the program made are made anew.
 */
export async function makeTiles(
  folder: string,
  options: MakeTilesOptions = {},
): Promise<ReadonlyMap<string, string>> {
  const { signal, native = 'auto', onProgress } = options;
  signal?.throwIfAborted();
  await mkdir(folder, { recursive: true });
  await emptyIfOutdated(folder);
  const pathOf = ({ id }: Tile): string => join(folder, `${id}.tif`);
  const missing = tiles.filter((tile) => !existsSync(pathOf(tile)));
  if (missing.length > 0) {
    const shares = missing.map(() => 0);
    const pool = new Piscina<Band, Float32Array>({
      filename: beside('band-worker').href,
      maxThreads: Math.min(8, availableParallelism()),
    });
    const stop = new AbortController();
    const either = AbortSignal.any([stop.signal, ...(signal ? [signal] : [])]);
    try {
      const made = missing.map(async (tile, index) => {
        await makeTile(pathOf(tile), tile, {
          pool,
          signal: either,
          native,
          onProgress: (fraction) => {
            shares[index] = fraction;
            onProgress?.(shares.reduce((sum, share) => sum + share, 0) / missing.length);
          },
        });
      });
      await Promise.all(made);
    } catch (error) {
      stop.abort();
      signal?.throwIfAborted();
      throw error;
    } finally {
      await pool.destroy();
    }
  }
  onProgress?.(1);
  return new Map(tiles.map((tile) => [tile.id, pathOf(tile)]));
}

async function emptyIfOutdated(folder: string): Promise<void> {
  const marker = join(folder, 'version.json');
  const wanted = JSON.stringify({ terrain: await terrainVersion() });
  // Only what this program makes: the folder may hold other files. What lies there before the marker is read is older than
  // it: another start that has written the marker meanwhile may be making its own already.
  const ours = (await readdir(folder)).filter((name) => tiles.some(({ id }) => name.startsWith(id)));
  const found = await readFile(marker, 'utf8').catch(() => '');
  if (found === wanted) return;
  for (const name of ours) await rm(join(folder, name), { recursive: true, force: true });
  await writeFile(`${marker}.${process.pid}.partial`, wanted);
  await rename(`${marker}.${process.pid}.partial`, marker);
}
