export { sliceRegion } from './slice-region.ts';
export type { SliceOptions } from './slice-region.ts';
