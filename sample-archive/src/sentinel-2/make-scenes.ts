import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

import { Piscina } from 'piscina';

import type { Degrees } from './degrees.ts';
import { crsOfTile } from './outline.ts';
import type { GroundGrid, Painting } from './paint.ts';
import type { GroundTask, SceneTask } from './scene-worker.ts';
import { scenes } from './scenes.ts';
import type { SceneRecipe } from './scenes.ts';
import { PIXELS, SIDE } from './tiles.ts';
import type { Tile } from './tiles.ts';
import { writeScene } from './write-scene.ts';

const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
const beside = (name: string): URL => new URL(`./${name}${ending}`, import.meta.url);
/** What the pixels and items of a scene depend on. */
const SOURCES = [
  '../land/geography',
  '../land/noise',
  '../land/terrain',
  'bands',
  'classes',
  'degrees',
  'ground',
  'item',
  'note',
  'outline',
  'paint',
  'scene-worker',
  'scenes',
  'sky',
  'spectra',
  'swath',
  'tiles',
  'write-scene',
];
const SIZE = SIDE / PIXELS.fine;
const GROUND_ROWS = 122;
const DEGREES_STEP = 61;
/** Ground takes about as long as this many scenes. */
const GROUND_WEIGHT = 2;

export interface MakeScenesOptions {
  readonly signal?: AbortSignal;
  /** Called with a fraction from 0 to 1. */
  readonly onProgress?: (fraction: number) => void;
}

/**
 * Makes the scenes that a folder lacks and gives the paths of the items of all, each beside its files. A run that was
 * cut off is taken up where it stood; scenes that an earlier version of the program made are made anew.
 */
export async function makeScenes(
  folder: string,
  options: MakeScenesOptions = {},
): Promise<readonly string[]> {
  const { signal, onProgress } = options;
  signal?.throwIfAborted();
  await mkdir(folder, { recursive: true });
  await emptyIfOutdated(folder);
  const itemPath = ({ id }: SceneRecipe): string => join(folder, id, 'item.json');
  const missing = scenes.filter((recipe) => !existsSync(itemPath(recipe)));
  if (missing.length > 0) {
    const tiles = [...new Set(missing.map(({ tile }) => tile))];
    const whole = tiles.length * GROUND_WEIGHT + missing.length;
    let done = 0;
    const step = (share: number): void => onProgress?.((done += share) / whole);
    const pool = new Piscina({
      filename: beside('scene-worker').href,
      maxThreads: Math.min(8, availableParallelism()),
    });
    const stop = new AbortController();
    const either = AbortSignal.any([stop.signal, ...(signal ? [signal] : [])]);
    try {
      for (const tile of tiles) {
        const ground = await groundOf(pool, tile, either, (share) => step(share * GROUND_WEIGHT));
        await Promise.all(
          missing
            .filter((recipe) => recipe.tile === tile)
            .map(async (recipe) => {
              await makeScene(pool, join(folder, recipe.id), { recipe, ground }, either);
              step(1);
            }),
        );
      }
    } catch (error) {
      stop.abort();
      signal?.throwIfAborted();
      throw error;
    } finally {
      await pool.destroy();
    }
  }
  onProgress?.(1);
  return scenes.map(itemPath);
}

/** A scene's folder takes its name only once it is complete. */
async function makeScene(pool: Piscina, folder: string, task: SceneTask, signal: AbortSignal): Promise<void> {
  const partial = `${folder}.${process.pid}.partial`;
  try {
    const painting = (await pool.run(task, { name: 'scene', signal })) as Painting;
    await writeScene(partial, task.recipe, painting, signal);
    await rename(partial, folder);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    // Another start made the same scene meanwhile.
    if (!signal.aborted && existsSync(join(folder, 'item.json'))) return;
    throw error;
  }
}

async function groundOf(
  pool: Piscina,
  tile: Tile,
  signal: AbortSignal,
  onShare: (share: number) => void,
): Promise<GroundGrid> {
  const layer = <T extends Float32Array | Uint8Array>(
    kind: new (buffer: SharedArrayBuffer) => T,
    bytes: number,
  ): T => new kind(new SharedArrayBuffer(SIZE * SIZE * bytes));
  const ground = {
    size: SIZE,
    height: layer(Float32Array, 4),
    cover: layer(Uint8Array, 1),
    tone: layer(Float32Array, 4),
    longitude: layer(Float32Array, 4),
    latitude: layer(Float32Array, 4),
  };
  const degrees = degreesOf(tile);
  const fill = async (firstRow: number): Promise<void> => {
    const task: GroundTask = { degrees, size: SIZE, firstRow, rows: Math.min(GROUND_ROWS, SIZE - firstRow) };
    const part = (await pool.run(task, { name: 'ground', signal })) as Omit<GroundGrid, 'size'>;
    for (const key of ['height', 'cover', 'tone', 'longitude', 'latitude'] as const)
      ground[key].set(part[key], firstRow * SIZE);
    onShare(task.rows / SIZE);
  };
  await Promise.all(
    Array.from({ length: Math.ceil(SIZE / GROUND_ROWS) }, async (_, band) => await fill(band * GROUND_ROWS)),
  );
  return ground;
}

function degreesOf(tile: Tile): Degrees {
  const { toLonLat } = crsOfTile(tile);
  const count = SIZE / DEGREES_STEP + 1;
  const points = Array.from({ length: count * count }, (_, at) =>
    toLonLat(
      tile.west + (at % count) * DEGREES_STEP * PIXELS.fine,
      tile.north - Math.floor(at / count) * DEGREES_STEP * PIXELS.fine,
    ),
  );
  return {
    step: DEGREES_STEP,
    count,
    longitudes: Float64Array.from(points, ([longitude]) => longitude),
    latitudes: Float64Array.from(points, ([, latitude]) => latitude),
  };
}

async function emptyIfOutdated(folder: string): Promise<void> {
  const marker = join(folder, 'version.json');
  const hash = createHash('sha256');
  for (const name of SOURCES) hash.update(await readFile(beside(name)));
  const wanted = JSON.stringify({ scenes: hash.digest('hex').slice(0, 16) });
  // Only what this program makes: the folder may hold other files. What lies there before the marker is read is older than
  // it: another start that has written the marker meanwhile may be making its own already.
  const ours = (await readdir(folder)).filter((name) => /^S2[A-D]_\d\d[A-Z]{3}_\d{8}_0_L2A/.test(name));
  const found = await readFile(marker, 'utf8').catch(() => '');
  if (found === wanted) return;
  for (const name of ours) await rm(join(folder, name), { recursive: true, force: true });
  await writeFile(`${marker}.${process.pid}.partial`, wanted);
  await rename(`${marker}.${process.pid}.partial`, marker);
}
