import { noiseAt, toKilometres } from '../land/index.ts';
import type { Noise } from '../land/index.ts';

/** How much of a place's light comes from clouds above it, 0 to 1. */
export interface Sky {
  readonly thick: number;
  readonly thin: number;
}

const noise: Noise = { value: 0, slopeX: 0, slopeY: 0 };
const OCTAVES = 5;

function heaps(x: number, y: number, seed: number): number {
  let [sum, amplitude, px, py] = [0, 0.5, x / 17, y / 17];
  for (let octave = 0; octave < OCTAVES; octave += 1) {
    noiseAt(px, py, seed + octave, noise);
    sum += amplitude * noise.value;
    amplitude *= 0.55;
    [px, py] = [1.6 * px + 1.2 * py, 1.6 * py - 1.2 * px];
  }
  return sum;
}

/** Long streaks of ice clouds, bent and frayed by the wind. */
function streaks(x: number, y: number, seed: number): number {
  const at = (along: number, across: number, octave: number): number => {
    noiseAt(along, across, seed + octave, noise);
    return noise.value;
  };
  const along = 0.8 * x + 0.6 * y;
  const across = 0.8 * y - 0.6 * x + 9 * at(x / 55, y / 55, 33) + 1.2 * at(x / 9, y / 9, 34);
  const broad = at(along / 60, across / 11, 31);
  return broad + 0.45 * at(along / 20, across / 2.6, 32) + 0.25 * at(along / 7, across / 0.9, 35);
}

/** The value that this share of the values of a function over the land around Glasgow and the Lake District exceeds. */
function levelOf(share: number, of: (x: number, y: number) => number): number {
  const [west, south] = toKilometres(-5, 53.9);
  const values: number[] = [];
  for (let y = 0; y < 90; y += 1)
    for (let x = 0; x < 70; x += 1) values.push(of(west + 2.9 * x, south + 2.6 * y));
  values.sort((a, b) => b - a);
  return values[Math.min(values.length - 1, Math.floor(share * values.length))] ?? 0;
}

/** The sky over places in kilometres (`toKilometres`), so that it is one sky over neighbouring tiles. */
export function createSky(clouds: number, seed: number): (x: number, y: number) => Sky {
  const thickLevel = levelOf(0.8 * clouds, (x, y) => heaps(x, y, seed));
  const thinLevel = levelOf(0.35 * clouds, (x, y) => streaks(x, y, seed));
  return (x, y) => ({
    thick: Math.max(0, Math.min(1, 5 * (heaps(x, y, seed) - thickLevel))),
    thin: Math.max(0, Math.min(0.45, 0.8 * (streaks(x, y, seed) - thinLevel))),
  });
}
