export { makeTiles, terrainVersion } from './make-tiles.ts';
export type { MakeTilesOptions } from './make-tiles.ts';
export { createTerrain } from './terrain.ts';
export type { SampleGrid } from './terrain.ts';
export { DESCRIPTION } from './tiles.ts';
