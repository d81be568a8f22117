import { fromCustomClient, Pool } from 'geotiff';
import type { GeoTIFF, GeoTIFFImage } from 'geotiff';
import type { DataFile } from 'fusion-platform';
import type Projection from 'ol/proj/Projection.js';

import { distanceFromBounds } from './distance-from-bounds.ts';
import { projectionOf } from './projection-of.ts';
import type { GeoKeys } from './projection-of.ts';
import { SignedClient } from './signed-client.ts';

type Values = ArrayLike<number>;

let pool: Pool | undefined;
const decoders = (): Pool =>
  (pool ??= new Pool(
    Math.min(4, navigator.hardwareConcurrency || 2),
    () => new Worker(new URL('decoder-worker.ts', import.meta.url), { type: 'module' }),
  ));

/** One level of a raster: the whole of it, coarser or finer. */
interface Level {
  readonly image: GeoTIFFImage;
  readonly width: number;
  readonly height: number;
  /** The size of a pixel, in units of the coordinate system. */
  readonly resolution: number;
}

export interface RasterWindow {
  /** A list of values for each band that was asked for. */
  readonly bands: readonly Values[];
  readonly width: number;
  readonly height: number;
  /** Where it lies, in the raster's own coordinates. */
  readonly extent: readonly [number, number, number, number];
}

/** A Cloud Optimised GeoTIFF that is read by range: only the pieces that a view needs. */
export class Cog {
  readonly projection: Projection;
  readonly extent: readonly [number, number, number, number];
  readonly bandCount: number;
  readonly nodata: number | undefined;
  /** Whether its bands are red, green and blue to be shown as they are. */
  readonly isPicture: boolean;
  readonly #levels: readonly Level[];

  private constructor(
    levels: readonly Level[],
    projection: Projection,
    extent: readonly [number, number, number, number],
  ) {
    const { image } = levels[0]!;
    this.#levels = levels;
    this.projection = projection;
    this.extent = extent;
    this.bandCount = image.getSamplesPerPixel();
    this.nodata = image.getGDALNoData() ?? undefined;
    this.isPicture = this.bandCount >= 3 && image.getBitsPerSample() === 8 && image.getSampleFormat() === 1;
  }

  /** @throws Error for a file without a place, or in a coordinate system that this page does not know */
  static async open(file: DataFile, signal: AbortSignal): Promise<Cog> {
    const client = new SignedClient(async () => await file.downloadUrl({ signal }));
    const caching = { blockSize: 65_536, cacheSize: 200 } as object;
    const tiff: GeoTIFF = await fromCustomClient(client, caching, signal);
    const count = await tiff.getImageCount();
    const first = await tiff.getImage(0);
    refuseRotated(first);
    const projection = await projectionOf((first.getGeoKeys() ?? {}) as GeoKeys, file.crs);
    const extent = extentOf(first);
    checkPlace(extent, projection, first, file);
    const [west, , east] = extent;
    const levels: Level[] = [];
    for (let i = 0; i < count; i += 1) {
      const image = i === 0 ? first : await tiff.getImage(i);
      // Masks lie between the levels of some files: they have a type of their own.
      const kind = image.fileDirectory.getValue('NewSubfileType') ?? 0;
      if ((kind & 4) !== 0) continue;
      const width = image.getWidth();
      levels.push({ image, width, height: image.getHeight(), resolution: (east - west) / width });
    }
    return new Cog(
      levels.toSorted((a, b) => a.resolution - b.resolution),
      projection,
      extent,
    );
  }

  /** The part of it that lies within an extent, no finer than wanted; undefined when none does. */
  async read(
    extent: readonly number[],
    resolution: number,
    bands: readonly number[],
    signal?: AbortSignal,
  ): Promise<RasterWindow | undefined> {
    const level = this.#levels.findLast((one) => one.resolution <= resolution * 1.01) ?? this.#levels[0]!;
    const { image, width, height } = level;
    const [west, south, east, north] = this.extent;
    const [dx, dy] = [(east - west) / width, (north - south) / height];
    const left = Math.max(0, Math.floor((extent[0]! - west) / dx));
    const right = Math.min(width, Math.ceil((extent[2]! - west) / dx));
    const top = Math.max(0, Math.floor((north - extent[3]!) / dy));
    const bottom = Math.min(height, Math.ceil((north - extent[1]!) / dy));
    if (right <= left || bottom <= top) return undefined;
    // A raster without overviews is thinned out here, or a whole scene would come in full size.
    const thin = Math.max(1, Math.ceil(Math.max((right - left) / 2048, (bottom - top) / 2048)));
    const [w, h] = [Math.ceil((right - left) / thin), Math.ceil((bottom - top) / thin)];
    const read = (await image.readRasters({
      window: [left, top, right, bottom],
      samples: [...bands],
      width: w,
      height: h,
      pool: decoders(),
      ...(signal ? { signal } : {}),
    })) as unknown as Values[];
    return {
      bands: bands.map((_, i) => read[i]!),
      width: w,
      height: h,
      extent: [west + left * dx, north - bottom * dy, west + right * dx, north - top * dy],
    };
  }

  /** The values of all bands at a place, as the file has them; undefined outside of it, null where it has no data. */
  async valuesAt(
    x: number,
    y: number,
    signal?: AbortSignal,
  ): Promise<readonly (number | null)[] | undefined> {
    const { image, width, height } = this.#levels[0]!;
    const [west, south, east, north] = this.extent;
    const column = Math.floor(((x - west) / (east - west)) * width);
    const row = Math.floor(((north - y) / (north - south)) * height);
    if (column < 0 || row < 0 || column >= width || row >= height) return undefined;
    const read = (await image.readRasters({
      window: [column, row, column + 1, row + 1],
      pool: decoders(),
      ...(signal ? { signal } : {}),
    })) as unknown as Values[];
    return Array.from({ length: this.bandCount }, (_, i) => {
      const value = read[i]![0]!;
      return this.isNoData(value) ? null : value;
    });
  }

  isNoData(value: number): boolean {
    return Number.isNaN(value) || (this.nodata !== undefined && value === this.nodata);
  }
}

/** Where a raster lies, its outer edge. A file may place the middle of a pixel where others place its corner. */
function extentOf(image: GeoTIFFImage): readonly [number, number, number, number] {
  const [west, south, east, north] = image.getBoundingBox() as [number, number, number, number];
  if (Number(image.getGeoKeys()?.['GTRasterTypeGeoKey']) !== 2) return [west, south, east, north];
  const [dx, dy] = [(east - west) / image.getWidth() / 2, (north - south) / image.getHeight() / 2];
  return [west - dx, south + dy, east - dx, north + dy];
}

/** @throws Error for a raster whose rows do not go from west to east: it would lie askew */
function refuseRotated(image: GeoTIFFImage): void {
  const matrix = image.fileDirectory.getValue('ModelTransformation') as ArrayLike<number> | undefined;
  if (matrix && (matrix[1] !== 0 || matrix[4] !== 0))
    throw new Error('The raster is rotated, which the map cannot show: its preview stands in for it.');
}

/** As many pixels, and as many metres, may a raster be off on the map: the greater of both. */
const mostOff = { pixels: 1, metres: 15 };

/** @throws Error when the map would put a raster elsewhere than the platform, which has all of PROJ, knows it to be */
function checkPlace(
  extent: readonly [number, number, number, number],
  projection: Projection,
  image: GeoTIFFImage,
  { bounds }: DataFile,
): void {
  const off = distanceFromBounds(extent, projection, bounds);
  if (off === undefined || !bounds) return;
  const [, south = 0, , north = 0] = bounds;
  const pixel = ((north - south) * 111_320) / image.getHeight();
  if (off > Math.max(mostOff.metres, mostOff.pixels * pixel))
    throw new Error(
      `The map would put this raster, in ${projection.getCode()}, ${Math.round(off)} m from where it lies: its preview stands in for it.`,
    );
}
