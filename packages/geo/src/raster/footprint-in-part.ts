import type { Geometry } from 'geojson';

import { lonLatBounds, rectangle, ringArea, widthOf } from '../crs/index.ts';
import type { Crs } from '../crs/index.ts';
import type { Bounds } from '../gdal/index.ts';
import { applyTransform, invertTransform } from './georeference.ts';
import type { GeoTransform, Georeference } from './georeference.ts';

export interface Footprint {
  /** In two parts where the image crosses the antimeridian; by way of the pole where it holds one. */
  readonly geometry: Geometry;
  /** West is greater than east across the antimeridian. */
  readonly bounds: Bounds;
  /** Square metres on the ellipsoid. */
  readonly area: number;
  /** The rest of the image lies beyond the Earth. */
  readonly inPart?: boolean;
  /** Degrees of longitude that the image reaches over, where they are more than the Earth has. */
  readonly reach?: number;
}

interface Image {
  readonly width: number;
  readonly height: number;
  readonly georeference: Georeference;
}

/** Cells on a side that the image, and its part of the Earth, are looked at in. */
const CELLS = 200;
/** How often the way from a position on Earth to one beyond is halved: to a millionth of a cell. */
const HALVINGS = 20;
/** Of the size of an image: a position that comes back further away is another one, which the system folded onto it. */
const FOLDED = 1e-6;
/** Degrees. */
const SAME = 1e-4;

/** An image is looked at more than once. */
const known = new WeakMap<Georeference, Footprint | null>();

/**
 * Where an image lies of which corners or more lie beyond the Earth: the disk that a geostationary satellite sees, or the
 * world in an oval. The bounds are those of the edge of the Earth in it, the geometry is the rectangle of them, and the
 * area is worked out to a hundredth or so. Null where all of it lies beyond.
 */
export function footprintInPart(image: Image): Footprint | null {
  const found = known.get(image.georeference);
  if (found !== undefined) return found;
  const footprint = measured(image);
  known.set(image.georeference, footprint);
  return footprint;
}

type Place = (column: number, row: number) => [number, number] | null;

function measured(image: Image): Footprint | null {
  const { width, height, georeference } = image;
  const { transform, crs } = georeference;
  if (transform === null || crs === null) return null;
  const place = placeIn(transform, crs, Math.hypot(width, height));
  const [across, down] = [width / CELLS, height / CELLS];
  const lattice = Array.from({ length: CELLS + 1 }, (_, row) =>
    Array.from({ length: CELLS + 1 }, (__, column) => place(column * across, row * down)),
  );
  const points = lattice.flat().filter((point) => point !== null);
  points.push(...limb(lattice, place, [across, down]));
  const shows = showsIn(image, transform, crs);
  // A pole has all longitudes.
  for (const pole of [90, -90] as const)
    if (shows(0, pole * (1 - 1e-5))) points.push([-180, pole], [0, pole], [180, pole]);
  if (points.length === 0) return null;
  const bounds = lonLatBounds(points.map((point) => [point]));
  return { geometry: rectangle(bounds), bounds, area: areaWithin(bounds, shows), inPart: true };
}

/** A place of the image in longitude and latitude; null beyond the Earth. */
function placeIn(transform: GeoTransform, crs: Crs, diagonal: number): Place {
  const [, a, b, , d, e] = transform;
  const tolerance = FOLDED * diagonal * Math.sqrt(Math.abs(a * e - b * d));
  return (column, row) => {
    const [x, y] = applyTransform(transform, column, row);
    const [lon, lat] = crs.toLonLat(x, y);
    if (!Number.isFinite(lon) || !Number.isFinite(lat)) return null;
    const [backX, backY] = crs.fromLonLat(lon, lat);
    return Math.hypot(backX - x, backY - y) < tolerance ? [lon, lat] : null;
  };
}

/** Where the way from one point of the lattice to the next leaves the Earth. */
function limb(
  lattice: readonly (readonly ([number, number] | null)[])[],
  place: Place,
  [across, down]: readonly [number, number],
): [number, number][] {
  const found: [number, number][] = [];
  for (const [row, line] of lattice.entries())
    for (const [column, point] of line.entries())
      for (const [right, below] of [
        [1, 0],
        [0, 1],
      ] as const) {
        const other = lattice[row + below]?.[column + right];
        if (other === undefined || (point === null) === (other === null)) continue;
        let [on, off] = point === null ? [1, 0] : [0, 1];
        let last = point ?? other;
        for (let halving = 0; halving < HALVINGS; halving += 1) {
          const middle = (on + off) / 2;
          const at = place((column + right * middle) * across, (row + below * middle) * down);
          if (at === null) off = middle;
          else [on, last] = [middle, at];
        }
        if (last !== null) found.push(last);
      }
  return found;
}

type Shows = (lon: number, lat: number) => boolean;

/** Whether the image shows a place. */
function showsIn({ width, height }: Image, transform: GeoTransform, crs: Crs): Shows {
  const inverse = invertTransform(transform);
  return (lon, lat) => {
    const [x, y] = crs.fromLonLat(lon, lat);
    const [column, row] = applyTransform(inverse, x, y);
    if (!(column >= 0 && column <= width && row >= 0 && row <= height)) return false;
    const [backLon, backLat] = crs.toLonLat(x, y);
    const turn = backLon - lon - 360 * Math.round((backLon - lon) / 360);
    return (Math.abs(turn) < SAME || Math.abs(lat) === 90) && Math.abs(backLat - lat) < SAME;
  };
}

/** Square metres of the bounds that the image shows, counted in a grid of longitudes and latitudes. */
function areaWithin([west, south, east, north]: Bounds, shows: Shows): number {
  const degrees = widthOf([west, south, east, north]);
  let area = 0;
  for (let row = 0; row < CELLS; row += 1) {
    const [low, high] = [row, row + 1].map((at) => south + ((north - south) * at) / CELLS) as [
      number,
      number,
    ];
    let shown = 0;
    for (let column = 0; column < CELLS; column += 1) {
      const lon = west + (degrees * (column + 0.5)) / CELLS;
      if (shows(lon > 180 ? lon - 360 : lon, (low + high) / 2)) shown += 1;
    }
    const band = [
      [0, low],
      [degrees, low],
      [degrees, high],
      [0, high],
      [0, low],
    ];
    area += (ringArea(band) * shown) / CELLS;
  }
  return area;
}
