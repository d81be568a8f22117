import { HISTOGRAM_BINS } from '../findings/index.ts';
import type { AnalysisLimits, Ingester, IngesterFinding } from '../findings/index.ts';
import { learnedGeoreference } from './georeference.ts';
import { withRaster } from './open-raster.ts';
import { outlineOf } from './outline.ts';
import { statisticsOfRaster } from './statistics.ts';

interface ExtendOptions {
  readonly fileName: string;
  readonly ingesters: readonly Ingester[];
  readonly limits: Required<AnalysisLimits>;
  readonly signal?: AbortSignal | undefined;
}

/** What ingesters find in a GeoTIFF, one after the other. @throws {AnalysisError} */
export async function extendRaster(
  path: string,
  { fileName, ingesters, limits, signal }: ExtendOptions,
  found: (finding: IngesterFinding) => void,
): Promise<void> {
  await withRaster(path, { fileName, limits, signal }, async (opened) => {
    const georeference = await learnedGeoreference(opened.georeference, opened.image);
    const raster = { ...opened, georeference };
    for (const ingester of ingesters)
      switch (ingester) {
        case 'outline':
          found({ ingester, outline: await outlineOf(raster, signal) });
          break;
        case 'statistics':
          found({ ingester, bands: await statisticsOfRaster(raster, HISTOGRAM_BINS, { signal }) });
          break;
      }
  });
}
