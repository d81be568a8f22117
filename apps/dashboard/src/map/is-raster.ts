import type { DataFile } from 'fusion-platform';

/** Whether a file can be shown from its pieces. */
export const isRaster = (file: DataFile): boolean =>
  (file.file_type === 'GeoTIFF' || file.file_type === 'DEM') && file.crs !== undefined && !file.error;
