import { AnalysisError } from '../findings/index.ts';
import type { Analysis, AnalyseOptions, AnalysisLimits } from '../findings/index.ts';
import { analyseBlocks, MEDIA_TYPE } from './analyse-blocks.ts';
import { analyseConverted } from './analyse-converted.ts';
import { CorruptPixelsError, SampleTypeError } from './open-raster.ts';

/**
 * Analyses a GeoTIFF: block by block where it is of a plain kind, so that memory is bounded by its largest block and not by
 * its size; and what is not read so by way of GDAL, which is also who says that a file is damaged.
 * @throws {AnalysisError}
 */
export async function analyseGeoTiff(
  path: string,
  size: number,
  options: AnalyseOptions,
  limits: Required<AnalysisLimits>,
): Promise<Analysis> {
  try {
    return await analyseBlocks(path, size, options, limits);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (
      error instanceof SampleTypeError ||
      error instanceof CorruptPixelsError ||
      !(error instanceof AnalysisError) ||
      (error.code !== 'damaged' && error.code !== 'unsupported')
    )
      throw error;
    const conversion = { format: 'GTiff', mediaType: MEDIA_TYPE, keep: true } as const;
    return await analyseConverted(path, size, conversion, options, limits, error);
  }
}
