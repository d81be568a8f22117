export { boundsOf, transformBounds, transformedRing } from './bounds.ts';
export { crsOf, epsgCodeOf } from './crs.ts';
export type { Crs } from './crs.ts';
export { distance, lineLength, ringArea } from './geodesy.ts';
