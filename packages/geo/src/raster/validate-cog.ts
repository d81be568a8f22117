import { basename } from 'node:path';

import { cogFaults } from './cog-faults.ts';
import type { CogFaults } from './cog-faults.ts';
import { withRaster } from './open-raster.ts';

/**
 * Says what keeps a file from being a Cloud Optimised GeoTIFF; no errors means that it is one.
 * @throws {AnalysisError} when it is no readable TIFF at all.
 */
export async function validateCog(path: string): Promise<CogFaults> {
  return withRaster(path, { fileName: basename(path) }, cogFaults);
}
