export { analyseGeoTiff } from './analyse-geotiff.ts';
export { rasterStatistics } from './statistics.ts';
export type { BandStatistics } from './statistics.ts';
export type { GeoTransform } from './georeference.ts';
export type { TypedArray } from './typed-array.ts';
