export { crosses, cutLine, cutPolygon, planarArea, unwrap } from './antimeridian.ts';
export type { LongEdges } from './antimeridian.ts';
export { transformBounds, transformedRing } from './bounds.ts';
export { crsOf, epsgCodeOf } from './crs.ts';
export type { Crs } from './crs.ts';
export { crsOfGeoTiff, learnCrs } from './learn-crs.ts';
export { lonLatBounds, rectangle, unionOfBounds, widthOf } from './lon-lat-bounds.ts';
export { distance, lineLength, ringArea } from './geodesy.ts';
export { crsOfWkt } from './wkt.ts';
