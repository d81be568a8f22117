export { makeTiles } from './make-tiles.ts';
export type { MakeTilesOptions } from './make-tiles.ts';
export { DESCRIPTION } from './tiles.ts';
