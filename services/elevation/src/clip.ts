import { writeFile } from 'node:fs/promises';

import { warpRaster } from '@fusion-platform/geo';
import type { RunGdalOptions } from '@fusion-platform/geo';
import type { Region } from '@fusion-platform/service-kit';

import type { Crop } from './crop.ts';

/** Lower than any land, and what most tools expect. */
export const NODATA = -9999;

export interface ClipOptions extends RunGdalOptions {
  readonly input: string;
  readonly crop: Crop;
  readonly output: string;
  /** What is outside becomes no data, and where the region may be written to for GDAL. */
  readonly cutline?: { readonly region: Region; readonly path: string };
}

/** Keeps the pixels of a crop, as 32 bit floats, on the grid that they are on: those whose middle lies in the cutline. */
export async function clip({ input, crop, output, cutline, ...run }: ClipOptions): Promise<void> {
  if (cutline !== undefined) {
    const feature = { type: 'Feature', properties: {}, geometry: cutline.region };
    await writeFile(cutline.path, JSON.stringify({ type: 'FeatureCollection', features: [feature] }));
  }
  await warpRaster(
    {
      inputs: [input],
      output,
      format: 'GTiff',
      ...(cutline === undefined ? {} : { cutline: cutline.path }),
      bounds: crop.bounds,
      size: crop.size,
      resampling: 'near',
      destinationNodata: NODATA,
      dataType: 'Float32',
      creationOptions: { TILED: true, COMPRESS: 'DEFLATE', BIGTIFF: 'IF_SAFER' },
    },
    run,
  );
}
