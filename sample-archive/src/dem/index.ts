export { makeTiles } from './make-tiles.ts';
export type { MakeTilesOptions } from './make-tiles.ts';
export type { SampleGrid } from './terrain.ts';
export { DESCRIPTION } from './tiles.ts';
