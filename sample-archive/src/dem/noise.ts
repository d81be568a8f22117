/**
 * Value noise with its slope, the ground of the eroded relief below. A library was looked for: those on npm give
 * noise without derivatives.
 */
export interface Noise {
  /** From -1 to 1. */
  value: number;
  slopeX: number;
  slopeY: number;
}

/** Evaluates smooth noise of wavelength 1 at a point into `into`, without allocating: it runs 80 million times a tile. */
export function noiseAt(x: number, y: number, seed: number, into: Noise): void {
  const column = Math.floor(x);
  const row = Math.floor(y);
  const u = x - column;
  const v = y - row;
  const a = lattice(column, row, seed);
  const b = lattice(column + 1, row, seed);
  const c = lattice(column, row + 1, seed);
  const d = lattice(column + 1, row + 1, seed);
  // The quintic fade has no crease at the cells' edges, neither in height nor in slope.
  const fadeU = u * u * u * (u * (u * 6 - 15) + 10);
  const fadeV = v * v * v * (v * (v * 6 - 15) + 10);
  const slopeU = 30 * u * u * (u * (u - 2) + 1);
  const slopeV = 30 * v * v * (v * (v - 2) + 1);
  const across = b - a;
  const along = c - a;
  const both = a - b - c + d;
  into.value = a + across * fadeU + along * fadeV + both * fadeU * fadeV;
  into.slopeX = slopeU * (across + both * fadeV);
  into.slopeY = slopeV * (along + both * fadeU);
}

/** A pseudo-random number from -1 to 1 for a lattice point: the same on every machine. */
function lattice(column: number, row: number, seed: number): number {
  let hash = Math.imul(column, 0x27d4eb2d) ^ Math.imul(row, 0x165667b1) ^ Math.imul(seed, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) / 0x80000000;
}

const scratch: Noise = { value: 0, slopeX: 0, slopeY: 0 };

/**
 * Fractal noise in which steep ground gets less detail, so that ridges are sharp and valleys smooth, as running
 * water leaves them (after Inigo Quilez, "Value Noise Derivatives", iquilezles.org/articles/morenoise).
 *
 * @returns roughly -1 to 1
 */
export function erodedNoise(x: number, y: number, octaves: number, seed: number): number {
  let height = 0;
  let amplitude = 0.5;
  let slopeX = 0;
  let slopeY = 0;
  let px = x;
  let py = y;
  for (let octave = 0; octave < octaves; octave += 1) {
    noiseAt(px, py, seed + octave, scratch);
    slopeX += scratch.slopeX;
    slopeY += scratch.slopeY;
    height += (amplitude * scratch.value) / (1 + slopeX * slopeX + slopeY * slopeY);
    amplitude *= 0.5;
    // Turned by an angle with no simple ratio, so that the lattices of the octaves never line up.
    const turned = 1.6 * px + 1.2 * py;
    py = -1.2 * px + 1.6 * py;
    px = turned;
  }
  return height;
}
