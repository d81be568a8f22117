import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { gdalRuntime } from '@fusion-platform/geo';
import type { TypedArray } from '@fusion-platform/geo';
import { fromFile } from 'geotiff';
import { onTestFinished } from 'vitest';

export const nativeAbsent = (await gdalRuntime()).kind !== 'native';

export interface Image {
  readonly values: TypedArray;
  readonly width: number;
  readonly height: number;
  /** West, south, east, north in the CRS. */
  readonly bounds: readonly number[];
  readonly pixel: number;
  readonly epsg: number;
  readonly nodata: number | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly band: string;
}

export async function readImage(path: string): Promise<Image> {
  const tiff = await fromFile(path);
  try {
    const image = await tiff.getImage(0);
    const [values] = await image.readRasters({ interleave: false });
    return {
      values: values as TypedArray,
      width: image.getWidth(),
      height: image.getHeight(),
      bounds: image.getBoundingBox(),
      pixel: image.getResolution()[0] ?? 0,
      epsg: Number(image.getGeoKeys()?.['ProjectedCSTypeGeoKey']),
      nodata: image.getGDALNoData(),
      metadata: (await image.getGDALMetadata()) ?? {},
      band: String((await image.getGDALMetadata(0))?.['DESCRIPTION']),
    };
  } finally {
    await tiff.close();
  }
}

/** What gdalwarp makes of files, the last on top, on the grid of an image. */
export async function gdalwarp(files: readonly string[], like: Image, resampling: string): Promise<Image> {
  const folder = await mkdtemp(join(tmpdir(), 'gdalwarp-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const output = join(folder, 'warped.tif');
  const args = ['-q', '-t_srs', `EPSG:${like.epsg}`, '-te', ...like.bounds.map(String)];
  args.push(
    '-ts',
    String(like.width),
    String(like.height),
    '-r',
    resampling,
    '-srcnodata',
    '0',
    '-dstnodata',
    '0',
  );
  await promisify(execFile)('gdalwarp', [...args, ...files, output]);
  return await readImage(output);
}

/** Part of the pixels that differ by more than one; `offset` is added to those of the second that are not 0. */
export function partThatDiffers(a: Image, b: Image, offset = 0): number {
  let differing = 0;
  for (const [index, value] of a.values.entries()) {
    const other = b.values[index] ?? Number.NaN;
    const expected = other === 0 ? 0 : Math.max(1, other + offset);
    if (!(Math.abs(value - expected) <= 1) || (value === 0) !== (expected === 0)) differing += 1;
  }
  return differing / a.values.length;
}
