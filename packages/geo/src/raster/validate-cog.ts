import { basename } from 'node:path';

import { cogFaults } from './cog-faults.ts';
import type { CogFaults } from './cog-faults.ts';
import { openRaster } from './open-raster.ts';

/**
 * Says what keeps a file from being a Cloud Optimised GeoTIFF; no errors means that it is one.
 * @throws {AnalysisError} when it is no readable TIFF at all.
 */
export async function validateCog(path: string): Promise<CogFaults> {
  await using raster = await openRaster(path, basename(path));
  return await cogFaults(raster);
}
