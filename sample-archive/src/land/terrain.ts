import { distanceToStrip, lakes, massifs, sea, toKilometres, valleys } from './geography.ts';
import { erodedNoise, noiseAt } from './noise.ts';
import type { Noise } from './noise.ts';

/** What the geography says about a place, before relief is laid over it. */
interface Lie {
  /** Kilometres to the sea's edge, negative at sea. */
  sea: number;
  /** Kilometres to the nearest valley floor. */
  valley: number;
  /** Kilometres to the nearest lake's shore, negative on it. */
  lake: number;
  /** That lake's level, metres. */
  lakeLevel: number;
  /** How high the hills here may reach, metres. */
  hills: number;
}

/** A grid of samples of heights: its north-western sample and the steps between samples, degrees. */
export interface SampleGrid {
  west: number;
  north: number;
  stepX: number;
  stepY: number;
  width: number;
  height: number;
}

const SEED = 1707;
/** Longest wave of the relief, kilometres. */
const WAVE = 9;
/** Down to waves of 70 m: the grid, whose steps are of 30 m, can hold no shorter ones. */
const OCTAVES = 8;
/** The lie of the land is worked out every so many samples (about 120 m) and interpolated: it has no finer features. */
const COARSE = 4;

/**
 * Fills a row of heights in metres: sea 0, lakes level, hills of eroded noise under a recognisable geography.
 * Rows are independent and the same wherever they are computed, so tiles meet without a seam.
 */
export function createTerrain(grid: SampleGrid): (row: number, into: Float32Array) => void {
  const columns = Math.ceil(grid.width / COARSE) + 1;
  const lieLine = (line: number): Lie[] =>
    Array.from({ length: columns }, (_, column) =>
      lieOf(grid.west + column * COARSE * grid.stepX, grid.north - line * COARSE * grid.stepY),
    );
  let upper = { line: Number.NaN, lies: [] as Lie[] };
  let lower = upper;

  return (row, into) => {
    const line = Math.floor(row / COARSE);
    if (upper.line !== line) {
      upper = lower.line === line ? lower : { line, lies: lieLine(line) };
      lower = { line: line + 1, lies: lieLine(line + 1) };
    }
    const below = (row - line * COARSE) / COARSE;
    const lies = upper.lies.map((lie, column) => blend(lie, lower.lies[column] ?? lie, below));
    const latitude = grid.north - row * grid.stepY;
    for (let column = 0; column < grid.width; column += 1) {
      const cell = Math.floor(column / COARSE);
      const [left, right] = [lies[cell], lies[cell + 1]];
      if (!left || !right) throw new RangeError(`Row ${row} column ${column} is outside the grid`);
      const [x, y] = toKilometres(grid.west + column * grid.stepX, latitude);
      into[column] = heightAt(x, y, blend(left, right, (column - cell * COARSE) / COARSE));
    }
  };
}

/** A place on land or water. */
interface Land {
  /** Metres. */
  readonly height: number;
  readonly water: boolean;
}

/** One place by itself, for those who need no rows; degrees. */
export function landAt(longitude: number, latitude: number): Land {
  const lie = lieOf(longitude, latitude);
  const [x, y] = toKilometres(longitude, latitude);
  const height = heightAt(x, y, lie);
  return { height, water: height === 0 || (lie.lake < 0.5 && height === lie.lakeLevel) };
}

/** Between two places; a lake's level is that of the first, since a level between two lakes' belongs to neither. */
function blend(from: Lie, to: Lie, share: number): Lie {
  const rest = 1 - share;
  return {
    sea: from.sea * rest + to.sea * share,
    valley: from.valley * rest + to.valley * share,
    lake: from.lake * rest + to.lake * share,
    lakeLevel: from.lakeLevel,
    hills: from.hills * rest + to.hills * share,
  };
}

/** Kilometres from where a shore is drawn within which its finest shape may still move it. */
const OPEN_SEA = 0.2;

const rough: Noise = { value: 0, slopeX: 0, slopeY: 0 };

function heightAt(x: number, y: number, lie: Lie): number {
  const { sea: seaDistance, valley: valleyDistance, lake: lakeDistance, lakeLevel, hills } = lie;
  if (seaDistance < -OPEN_SEA) return 0;
  // Frays shores and valley sides.
  noiseAt(x / 2.1, y / 2.1, SEED - 1, rough);
  const fray = rough.value;
  noiseAt(x / 0.55, y / 0.55, SEED - 2, rough);
  const detail = fray + 0.4 * rough.value;

  const shore = seaDistance + 0.05 * rough.value;
  if (shore <= 0) return 0;
  const lakeShore = lakeDistance + 0.25 * detail;
  if (lakeShore <= 0) return lakeLevel;

  // Bent, so that ridges do not follow the lattice of the noise.
  noiseAt(x / 11, y / 11, SEED - 3, rough);
  const bend = rough.slopeX;
  const relief = Math.max(
    0,
    0.5 + erodedNoise((x + 1.2 * rough.slopeY) / WAVE, (y + 1.2 * bend) / WAVE, OCTAVES, SEED),
  );
  const inland = smooth(0, 7, shore);
  const side = 0.08 + 0.92 * smooth(-0.5, 4.5, valleyDistance + 0.9 * fray + 2.4 * (relief - 0.5));
  const ground = 3 * Math.min(1, shore) + 70 * inland * relief;
  const height = ground + hills * side * (0.25 + 0.75 * inland) * relief * 1.15;
  const besideLake = smooth(0, 1.6, lakeShore);
  const shaped = besideLake * height + (1 - besideLake) * (lakeLevel + 1 + 0.15 * height);
  // Steps of 1/32 m: finer ones only swell the file.
  return Math.round(Math.max(0.5, shaped) * 32) / 32;
}

function lieOf(longitude: number, latitude: number): Lie {
  const [x, y] = toKilometres(longitude, latitude);
  const ragged = erodedNoise(x / 7, y / 7, 5, SEED - 20);
  let nearest = { distance: Infinity, level: 0 };
  for (const lake of lakes) {
    const distance = distanceToStrip(x, y, lake);
    if (distance < nearest.distance) nearest = { distance, level: lake.level };
  }
  let hills = 0;
  for (const { x: middleX, y: middleY, width, depth, height } of massifs) {
    const share = ((x - middleX) / width) ** 2 + ((y - middleY) / depth) ** 2;
    // Neighbouring hills merge rather than pile up.
    hills += height * height * Math.exp(-1.4 * share);
  }
  return {
    // Coasts are the more ragged the wider the water: a river keeps its banks.
    sea: Math.min(
      ...sea.map((shape) => distanceToStrip(x, y, shape) + Math.min(3, 0.4 * shape.endWidth) * ragged),
    ),
    valley: Math.min(...valleys.map((shape) => distanceToStrip(x, y, shape))),
    lake: nearest.distance,
    lakeLevel: nearest.level,
    hills: Math.sqrt(hills),
  };
}

/** From 0 below `low` to 1 above `high`, without a corner. */
function smooth(low: number, high: number, value: number): number {
  const share = Math.max(0, Math.min(1, (value - low) / (high - low)));
  return share * share * (3 - 2 * share);
}
