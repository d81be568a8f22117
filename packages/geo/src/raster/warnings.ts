import { uncertaintyOf } from '../crs/index.ts';
import type { Footprint } from './footprint-in-part.ts';
import { imageBounds } from './georeference.ts';
import { subfileType } from './open-raster.ts';
import type { Raster } from './open-raster.ts';

/** What the user had better know of a raster: sentences without an end. */
export function warningsOf(raster: Raster, footprint: Footprint | null): string[] {
  return [...placeWarnings(raster, footprint), ...otherImages(raster)];
}

/** What there is to say of where an image lies, or of why it lies nowhere. */
function placeWarnings(raster: Raster, footprint: Footprint | null): string[] {
  const { crs, elsewhere, transform } = raster.georeference;
  if (elsewhere !== null) return [`it is in ${elsewhere}, so it lies nowhere on Earth`];
  if (crs === null)
    return transform === null
      ? []
      : [
          'it has coordinates and names no coordinate system that is known here, so it has no place: give it one, e.g. with gdal_translate -a_srs EPSG:4326',
        ];
  if (transform === null)
    return [
      `it names the coordinate system ${crs.name}, and nothing in it that is read here says where its pixels lie: with ground control points, warp it first, e.g. with gdalwarp`,
    ];
  if (footprint === null)
    return [
      crs.geographic
        ? `its corners do not lie on Earth in ${crs.name}: check the order of its axes`
        : `none of it lies on Earth in ${crs.name}`,
    ];
  const [west, south, east, north] = footprint.bounds;
  const middle = west > east ? (west + east + 360) / 2 : (west + east) / 2;
  const said = uncertaintyOf(crs, [middle, (south + north) / 2]);
  return [
    ...(said === null ? [] : [said]),
    ...(footprint.inPart === true
      ? ['parts of it lie beyond the Earth: its bounds and its area are of what lies on it']
      : []),
    ...(footprint.reach === undefined
      ? []
      : [
          `it reaches over ${Number(footprint.reach.toPrecision(6))} degrees of longitude, more than the Earth has: its bounds and its area are of the ground, which counts once`,
        ]),
    ...beyondPole(raster),
  ];
}

/** A grid of points around the world reaches half a pixel beyond the poles. */
function beyondPole({ width, height, georeference: { crs, transform } }: Raster): string[] {
  if (crs?.code !== 4326 || transform === null) return [];
  const [, south, , north] = imageBounds(transform, width, height);
  const furthest = Math.max(-south, north);
  if (furthest <= 90 + Math.abs(transform[4]) + Math.abs(transform[5])) return [];
  return [
    `it reaches to latitude ${Number(furthest.toPrecision(6))}, beyond a pole, where there is nothing: check the order of its axes`,
  ];
}

/** Beside those that are marked as such an image may be one page of several. */
const PAGE = 2;

/** Smaller copies and masks aside only the first image of a file is looked at, as by GDAL and by whatever uses it. */
function otherImages({ directories }: Raster): string[] {
  const images = directories.filter(({ image }) => (subfileType(image) & ~PAGE) === 0).length;
  return images > 1
    ? [`it holds ${images} images, of which the first is taken: save the others as files of their own`]
    : [];
}
