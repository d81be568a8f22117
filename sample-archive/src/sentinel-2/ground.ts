import { landAt, noiseAt, toKilometres } from '../land/index.ts';
import type { Noise } from '../land/index.ts';
import { COVERS } from './spectra.ts';
import type { Cover } from './spectra.ts';

/** What lies under the sky at one place. */
export interface Ground {
  /** Metres. */
  readonly height: number;
  /** Its place in `COVERS`. */
  readonly cover: number;
  /** Brighter or darker than its kind, about 1. */
  readonly tone: number;
}

const SEED = 4021;
const noise: Noise = { value: 0, slopeX: 0, slopeY: 0 };

/** From -1 to 1; `wave` in kilometres. */
function noiseOf(x: number, y: number, wave: number, seed: number): number {
  noiseAt(x / wave, y / wave, SEED + seed, noise);
  return noise.value;
}

/** Towns: longitude and latitude of the middle, radius in kilometres. */
const TOWNS = (
  [
    [-4.25, 55.862, 8.5],
    [-4.43, 55.845, 3.2],
    [-4.18, 55.765, 3],
    [-3.99, 55.79, 3.6],
    [-4.02, 55.86, 2.5],
    [-4.62, 55.46, 2.2],
    [-4.5, 55.61, 2.4],
    [-3.61, 55.07, 2],
    [-2.935, 54.893, 3.2],
    [-2.755, 54.664, 1.6],
    [-2.745, 54.327, 1.8],
    [-3.135, 54.602, 1.1],
    [-2.907, 54.376, 1.2],
    [-3.545, 54.643, 2],
    [-3.585, 54.548, 1.8],
    [-3.23, 54.115, 2.4],
    [-2.8, 54.05, 2.6],
  ] as const
).map(([longitude, latitude, radius]) => ({ middle: toKilometres(longitude, latitude), radius }));

function townness(x: number, y: number): number {
  let most = 0;
  for (const { middle, radius } of TOWNS) {
    const apart = ((x - middle[0]) ** 2 + (y - middle[1]) ** 2) / (radius * radius);
    if (apart < 6) most = Math.max(most, Math.exp(-apart));
  }
  return most;
}

/** The ground at a place, degrees: invented, on the same terrain as the elevation tiles. */
export function groundAt(longitude: number, latitude: number): Ground {
  const { height, water } = landAt(longitude, latitude);
  const [x, y] = toKilometres(longitude, latitude);
  const patch = noiseOf(x, y, 0.9, 1);
  const tone = 1 + 0.12 * patch;
  const cover = (name: Cover, own = tone): Ground => ({ height, cover: COVERS.indexOf(name), tone: own });
  if (water) return cover('water', 1 + 0.12 * noiseOf(x, y, 7, 3));
  const town = townness(x, y) + 0.22 * patch + 0.18 * noiseOf(x, y, 2.6, 4);
  if (town > 0.45) return noiseOf(x, y, 1.1, 5) > 0.33 ? cover('pasture') : cover('urban', 1.6 * tone - 0.6);
  const wild = height + 90 * noiseOf(x, y, 3.1, 6);
  if (wild > 610 + 60 * patch) return cover('rock');
  if (wild < 420 && noiseOf(x, y, 4.3, 7) + 0.35 * patch > 0.42) return cover('forest');
  if (wild > 250) return cover('moor');
  return field(x, y, tone, cover);
}

/** Fields of a quarter to half a kilometre, each of one kind and tone, with hedges too thin to be seen. */
function field(x: number, y: number, tone: number, cover: (name: Cover, own: number) => Ground): Ground {
  const column = Math.floor((x + 0.18 * noiseOf(x, y, 0.8, 8)) / 0.42);
  const row = Math.floor((y + 0.18 * noiseOf(x, y, 0.8, 9)) / 0.3);
  const kind = chance(column, row, 1);
  const own = tone * (0.86 + 0.28 * chance(column, row, 2));
  if (kind < 0.12) return cover('forest', own);
  return cover(kind < 0.72 ? 'pasture' : 'arable', own);
}

/** From 0 to 1, the same on every machine. */
export function chance(column: number, row: number, seed: number): number {
  let hash = Math.imul(column, 0x27d4eb2d) ^ Math.imul(row, 0x165667b1) ^ Math.imul(SEED + seed, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
}
