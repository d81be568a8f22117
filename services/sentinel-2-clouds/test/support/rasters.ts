import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { TypedArray } from '@fusion-platform/geo';
import { fromFile } from 'geotiff';

const shared = new URL('../../../../../shared/data/sentinel-2/', import.meta.url).pathname;

/** Real Sentinel-2 data, where the shared test data is. */
export function real(name: string): string {
  return join(shared, name);
}
export const realAbsent = !existsSync(shared);

export async function readBand(path: string): Promise<TypedArray> {
  const tiff = await fromFile(path);
  try {
    const [values] = await (await tiff.getImage(0)).readRasters({ interleave: false });
    return values as TypedArray;
  } finally {
    await tiff.close();
  }
}
