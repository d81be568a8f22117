import type { GeoJSON, Geometry } from 'geojson';

import type { Bounds } from '../gdal/index.ts';
import { coveredOnce } from './covered-once.ts';
import type { CoveredGround } from './covered-once.ts';
import { partsOf } from './geometry.ts';

/**
 * The ground that several files of one data item cover together, each of which covers none twice by itself.
 * @param texts GeoJSON in longitude and latitude, one a file: its region, or its features
 */
export async function joinRegions(texts: readonly string[]): Promise<CoveredGround> {
  const geometries = texts.flatMap((text) => geometriesOf(JSON.parse(text) as GeoJSON));
  return await coveredOnce(partsOf({ type: 'GeometryCollection', geometries }), 'files of this item');
}

function geometriesOf(value: GeoJSON): Geometry[] {
  switch (value.type) {
    case 'FeatureCollection':
      return value.features.flatMap(geometriesOf);
    case 'Feature':
      // One that has none is valid, whatever the type says.
      return (value.geometry as Geometry | null) === null ? [] : [value.geometry];
    default:
      return [value];
  }
}

/** Whether two rectangles at least share ground, over the antimeridian too: those that only touch share none. */
export function shareGround(boxes: readonly Bounds[]): boolean {
  const parts = boxes
    .flatMap(([west, south, east, north]): Bounds[] =>
      west <= east
        ? [[west, south, east, north]]
        : [
            [west, south, 180, north],
            [-180, south, east, north],
          ],
    )
    .toSorted((a, b) => a[0] - b[0]);
  return parts.some(([, south, east, north], at) => {
    for (let next = at + 1; next < parts.length; next += 1) {
      const other = parts[next]!;
      if (other[0] >= east) return false;
      if (other[1] < north && south < other[3]) return true;
    }
    return false;
  });
}
