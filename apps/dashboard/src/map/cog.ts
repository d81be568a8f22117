import { fromCustomClient, Pool } from 'geotiff';
import type { GeoTIFF, GeoTIFFImage } from 'geotiff';
import type { DataFile } from 'fusion-platform';
import { get as getProjection } from 'ol/proj.js';
import type Projection from 'ol/proj/Projection.js';

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

  private constructor(levels: readonly Level[], projection: Projection) {
    const { image } = levels[0]!;
    this.#levels = levels;
    this.projection = projection;
    this.extent = image.getBoundingBox() as [number, number, number, number];
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
    const code = codeOf(first) ?? file.crs;
    const projection = code ? getProjection(code) : null;
    if (!projection)
      throw new Error(
        code
          ? `This page does not know the coordinate system ${code}: the preview stands in for the raster`
          : 'The raster does not say where it lies',
      );
    const [west, , east] = first.getBoundingBox() as [number, number, number, number];
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

function codeOf(image: GeoTIFFImage): string | undefined {
  const keys = (image.getGeoKeys() ?? {}) as {
    ProjectedCSTypeGeoKey?: number;
    GeographicTypeGeoKey?: number;
  };
  const code = keys.ProjectedCSTypeGeoKey ?? keys.GeographicTypeGeoKey;
  return code === undefined || code >= 32_767 ? undefined : `EPSG:${code}`;
}
