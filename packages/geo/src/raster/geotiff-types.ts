import type { GeoTIFF } from 'geotiff';

// geotiff does not export the names of these types; they are taken from its signatures.
export type BaseSource = Parameters<typeof GeoTIFF.fromSource>[0];
export type Slice = Parameters<BaseSource['fetchSlice']>[0];
export type SliceWithData = Awaited<ReturnType<BaseSource['fetchSlice']>>;
