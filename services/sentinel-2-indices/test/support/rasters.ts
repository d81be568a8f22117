import type { TypedArray } from '@fusion-platform/geo';
import { fromFile } from 'geotiff';

export interface Image {
  readonly bands: readonly TypedArray[];
  readonly names: readonly unknown[];
  readonly width: number;
  readonly nodata: number | null;
}

export async function readImage(path: string): Promise<Image> {
  const tiff = await fromFile(path);
  try {
    const image = await tiff.getImage(0);
    const bands = (await image.readRasters({ interleave: false })) as unknown as TypedArray[];
    // One at a time: of several at once geotiff answers the first only.
    const names: unknown[] = [];
    for (const sample of bands.keys()) names.push((await image.getGDALMetadata(sample))?.['DESCRIPTION']);
    return { bands: [...bands], names, width: image.getWidth(), nodata: image.getGDALNoData() };
  } finally {
    await tiff.close();
  }
}
