import { writeFile } from 'node:fs/promises';

import { runGdal, warp } from '@fusion-platform/geo';
import type { RunGdalOptions } from '@fusion-platform/geo';
import type { Region } from '@fusion-platform/service-kit';

import { cropTo } from './crop.ts';

/** Lower than any land, and what most tools expect. */
const NODATA = -9999;

export interface ClipOptions extends RunGdalOptions {
  readonly input: string;
  readonly region: Region;
  readonly output: string;
  /** Where the region may be written to for GDAL. */
  readonly cutline: string;
}

/** Keeps the pixels whose middle lies in the region, on the grid that they are on. */
export async function clip({ input, region, output, cutline, ...run }: ClipOptions): Promise<void> {
  const crop = await cropTo(input, region);
  const feature = { type: 'Feature', properties: {}, geometry: region };
  await writeFile(cutline, JSON.stringify({ type: 'FeatureCollection', features: [feature] }));
  const command = warp({
    inputs: [input],
    output,
    format: 'GTiff',
    cutline,
    bounds: crop.bounds,
    size: crop.size,
    resampling: 'near',
    destinationNodata: NODATA,
    dataType: 'Float32',
    creationOptions: { TILED: true, COMPRESS: 'DEFLATE', BIGTIFF: 'IF_SAFER' },
  });
  await runGdal(command, run);
}
