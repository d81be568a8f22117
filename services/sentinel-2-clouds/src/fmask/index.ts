export { fmask, FMASK_BANDS } from './fmask.ts';
export type { Sun } from './shadows.ts';
