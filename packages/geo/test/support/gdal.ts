import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { gdalRuntime } from '../../src/index.ts';

const run = promisify(execFile);

export const nativeAbsent = (await gdalRuntime()).kind !== 'native';

export interface GdalInfo {
  readonly size: [number, number];
  readonly geoTransform: number[];
  readonly metadata: Record<string, Record<string, string>>;
  readonly stac: { 'proj:epsg': number };
  readonly bands: {
    readonly type: string;
    readonly description?: string;
    readonly noDataValue?: unknown;
    readonly checksum: number;
    readonly metadata: Record<string, Record<string, string>>;
  }[];
}

/** What the native `gdalinfo` says of a raster, exact statistics included; nothing is written beside it. */
export async function gdalInfo(path: string): Promise<GdalInfo> {
  const args = ['-json', '-stats', '-checksum', '--config', 'GDAL_PAM_ENABLED', 'NO', path];
  return JSON.parse((await run('gdalinfo', args)).stdout) as GdalInfo;
}
