import type { SceneRecipe } from './scenes.ts';
import { PIXELS } from './tiles.ts';

/** The line, from north-north-east to south-south-west, at which a swath ends or begins: metres east at 6,190,000 m north. */
const EDGE = { east: 421_000, north: 6_190_000, lean: 0.24 };

export type Passage = Pick<SceneRecipe, 'tile' | 'swath'>;

/** Metres inside the swath; infinite where there is no edge. */
export function inside({ swath }: Passage, x: number, y: number): number {
  if (swath === undefined) return Infinity;
  const past = x - (EDGE.east + EDGE.lean * (y - EDGE.north));
  return swath === 'east' ? past : -past;
}

/** Whether the middle of a pixel of the finest grid was passed over. */
export function inSwath(passage: Passage, column: number, row: number): boolean {
  if (passage.swath === undefined) return true;
  const { west, north } = passage.tile;
  return inside(passage, west + (column + 0.5) * PIXELS.fine, north - (row + 0.5) * PIXELS.fine) >= 0;
}
