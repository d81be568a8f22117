export { sentinel2Sources } from './sources.ts';
export type { Sentinel2Band } from './sources.ts';
