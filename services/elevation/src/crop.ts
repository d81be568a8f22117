import { learnCrs, transformBounds } from '@fusion-platform/geo';
import type { Bounds, Crs } from '@fusion-platform/geo';
import { Refusal } from '@fusion-platform/service-kit';
import type { Region } from '@fusion-platform/service-kit';
import { fromFile } from 'geotiff';

/** Part of a raster in whole pixels. */
export interface Crop {
  /** Outer edges, in the raster's CRS. */
  readonly bounds: Bounds;
  /** Columns and rows. */
  readonly size: readonly [number, number];
  /** The first column and row. */
  readonly from: readonly [number, number];
  readonly raster: {
    readonly crs: Crs;
    readonly size: readonly [number, number];
    /** The outer corner of the first pixel. */
    readonly corner: readonly [number, number];
    /** Width and height of a pixel, both positive. */
    readonly pixel: readonly [number, number];
    readonly bands: number;
    /** Heights are 32 bit floats, so that NaN can stand for what is not known. */
    readonly float: boolean;
  };
}

/**
 * The pixels of a raster that lie around a region. GDAL's own cropping to a cutline makes pixels square and so moves
 * them.
 * @throws {Refusal} when they lie apart, or the file is no GeoTIFF or does not say where it lies
 */
export async function cropTo(path: string, region: Region): Promise<Crop> {
  const tiff = await fromFile(path).catch((cause: unknown) => {
    throw new Refusal('The DEM cannot be read as a GeoTIFF', { cause });
  });
  try {
    const image = await tiff.getImage(0);
    const keys = image.getGeoKeys() ?? {};
    const crs = await learnCrs(Number(keys['ProjectedCSTypeGeoKey'] || keys['GeographicTypeGeoKey'] || 0));
    const [x = 0, y = 0] = image.getResolution();
    if (crs === null || x <= 0 || y >= 0)
      throw new Refusal('The DEM does not lie north up in a coordinate system that is known here');
    const [originX = 0, originY = 0] = image.getOrigin();
    // Such a file gives the middle of its first pixel; the library takes it for the corner.
    const shift = Number(keys['GTRasterTypeGeoKey']) === 2 ? 0.5 : 0;
    const [west, north] = [originX - shift * x, originY - shift * y];
    const around = transformBounds(lonLatBounds(region), crs.fromLonLat);
    const [width, height] = [image.getWidth(), image.getHeight()];
    const [left, right] = pixels((around[0] - west) / x, (around[2] - west) / x, width);
    const [top, bottom] = pixels((around[3] - north) / y, (around[1] - north) / y, height);
    if (right <= left || bottom <= top) throw new Refusal('The DEM and the region lie apart');
    return {
      bounds: [west + left * x, north + bottom * y, west + right * x, north + top * y],
      size: [right - left, bottom - top],
      from: [left, top],
      raster: {
        crs,
        size: [width, height],
        corner: [west, north],
        pixel: [x, -y],
        bands: image.getSamplesPerPixel(),
        float: image.getSampleFormat(0) === 3 && image.getBitsPerSample(0) === 32,
      },
    };
  } finally {
    await tiff.close();
  }
}

/** The same with so many more pixels on each side, as far as the raster has them. */
export function widen({ size, from, raster }: Crop, by: number): Crop {
  const edges = ([0, 1] as const).map((axis) => {
    const first = Math.max(0, from[axis] - by);
    return [first, Math.min(raster.size[axis], from[axis] + size[axis] + by)] as const;
  });
  const [[left, right], [top, bottom]] = edges as [readonly [number, number], readonly [number, number]];
  const [west, north] = raster.corner;
  const [x, y] = raster.pixel;
  return {
    bounds: [west + left * x, north - bottom * y, west + right * x, north - top * y],
    size: [right - left, bottom - top],
    from: [left, top],
    raster,
  };
}

/** The whole pixels between two places along an axis; places on an edge but for rounding take none beyond it. */
function pixels(from: number, to: number, count: number): [number, number] {
  return [Math.max(0, Math.floor(from + 1e-6)), Math.min(count, Math.ceil(to - 1e-6))];
}

function lonLatBounds(region: Region): Bounds {
  const rings = region.type === 'Polygon' ? region.coordinates : region.coordinates.flat();
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [lon = Number.NaN, lat = Number.NaN] of rings.flat()) {
    [west, east] = [Math.min(west, lon), Math.max(east, lon)];
    [south, north] = [Math.min(south, lat), Math.max(north, lat)];
  }
  return [west, south, east, north];
}
