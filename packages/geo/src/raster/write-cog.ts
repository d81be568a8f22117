import { runGdal, translate } from '../gdal/index.ts';
import type { GdalDataType, Resampling, RunGdalOptions } from '../gdal/index.ts';

export interface WriteCogOptions extends RunGdalOptions {
  readonly input: string;
  readonly output: string;
  /** The only GDAL driver that may open the input; any one by default. */
  readonly inputFormat?: string;
  readonly nodata?: number | 'none';
  /** The input's own by default. */
  readonly dataType?: GdalDataType;
  /** How overviews are made: `average` by default, `near` or `mode` for classes. */
  readonly resampling?: Resampling;
}

/** Writes a raster as a Cloud Optimised GeoTIFF: DEFLATE with a predictor, tiles of 512, overviews. */
export async function writeCog(options: WriteCogOptions): Promise<void> {
  const { input, output, inputFormat, nodata, dataType, resampling = 'average', ...run } = options;
  const command = translate({
    input,
    output,
    format: 'COG',
    ...(inputFormat === undefined ? {} : { inputFormat }),
    ...(nodata === undefined ? {} : { nodata }),
    ...(dataType === undefined ? {} : { dataType }),
    creationOptions: {
      COMPRESS: 'DEFLATE',
      PREDICTOR: 'YES',
      BLOCKSIZE: 512,
      BIGTIFF: 'IF_SAFER',
      OVERVIEW_RESAMPLING: resampling === 'near' ? 'NEAREST' : resampling.toUpperCase(),
    },
  });
  await runGdal(command, run);
}
