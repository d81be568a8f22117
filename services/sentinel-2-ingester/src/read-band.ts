import { assetAddress, readCogWindow, transferKind, writeGeoTiff } from '@fusion-platform/geo';
import type { ArchiveAsset, Bounds, CogWindow } from '@fusion-platform/geo';
import type { Kit } from '@fusion-platform/service-kit';
import { ServiceError } from '@fusion-platform/service-kit';

import type { Band } from './bands.ts';
import type { Image } from './image.ts';
import { tellRetry } from './tell-retry.ts';
import { correct, doubtOf, radiometryOf } from './radiometry.ts';

/** Part of a band of one scene, as a file: reflectance times 10,000, or classes; 0 is no data. */
export interface Piece extends Pick<CogWindow, 'bounds' | 'resolution' | 'crs'> {
  readonly path: string;
}

export interface ReadBandOptions {
  readonly band: Band;
  /** The best first. */
  readonly images: readonly Image[];
  /** Degrees. */
  readonly bounds: Bounds;
  readonly archive: string;
  readonly kit: Kit;
}

/** Pixels beyond the bounds, so that resampling at the edge sees its neighbours. */
const PADDING = 2;
/** A whole scene at 10 m has 120,560,400. */
const MOST_PIXELS = 125_000_000;

/**
 * Copies the needed part of a band of each scene to a file, the best first.
 * @returns none when no scene has the band
 */
export async function readBand({ band, images, bounds, archive, kit }: ReadBandOptions): Promise<Piece[]> {
  const pieces: Piece[] = [];
  // One after the other: memory is bounded by a scene's band, however many there are.
  for (const { item } of images) {
    const asset = assetOf(item.assets, band);
    if (asset === null) continue;
    const url = assetAddress(asset, item, archive);
    const window = await readCogWindow({
      url,
      bounds,
      padding: PADDING,
      maxPixels: MOST_PIXELS,
      cache: kit.blockCache,
      onBytes: (bytes, from) => kit.countBytes(transferKind(from, kit.setting('FUSION_S3_HOSTS', '')), bytes),
      onRetry: (notice) => tellRetry(notice, kit),
      signal: kit.signal,
    });
    if (window === null) continue;
    const path = kit.scratch(`${band.name}-${pieces.length + 1}.tif`);
    const data = valuesOf(window, band, url);
    if (data instanceof Uint16Array) {
      const doubt = doubtOf(correct(data, radiometryOf(item, asset)), item.id, band.name);
      if (doubt !== null) kit.warn(doubt);
    }
    const { width, height, crs, resolution } = window;
    await writeGeoTiff(path, { data, width, height, bounds: window.bounds, crs, nodata: 0 });
    pieces.push({ path, bounds: window.bounds, resolution, crs });
  }
  return pieces;
}

/** Some archives name assets as Earth Search does, others after the bands, with their pixels or without. JPEG 2000 cannot be read in parts. */
function assetOf(
  assets: Readonly<Record<string, ArchiveAsset>>,
  { key, name, metres }: Band,
): ArchiveAsset | null {
  const names = [key, name, name.toLowerCase(), `${name}_${metres}m`];
  const asset = names.map((each) => assets[each]).find((each) => each !== undefined);
  return asset === undefined || /jp2/.test(asset.type ?? '') ? null : asset;
}

function valuesOf({ data, nodata }: CogWindow, { name }: Band, url: string): Uint8Array | Uint16Array {
  const fits = name === 'SCL' ? data instanceof Uint8Array : data instanceof Uint16Array;
  if (!fits)
    throw new ServiceError('error', `The band ${name} of a scene is no array of whole numbers: ${url}`);
  const values = data as Uint8Array | Uint16Array;
  if (nodata === null || nodata === 0) return values;
  return values.map((value) => (value === nodata ? 0 : value));
}
