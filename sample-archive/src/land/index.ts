export { toKilometres } from './geography.ts';
export { noiseAt } from './noise.ts';
export type { Noise } from './noise.ts';
export { createTerrain, landAt } from './terrain.ts';
export type { SampleGrid } from './terrain.ts';
