import type { Geometry } from 'geojson';

import { lonLatBounds } from '../crs/index.ts';
import type { Bounds } from '../gdal/index.ts';
import { partsOf, pathsOf } from './geometry.ts';
import { measure } from './measure.ts';
import type { Measures } from './measure.ts';

/** Bounds (west, south, east, north in degrees), area (m²), length (m) and counts of a geometry in longitude and latitude. */
export function describeGeometry(geometry: Geometry): Measures & { readonly bounds: Bounds } {
  const parts = partsOf(geometry);
  return { ...measure(parts), bounds: lonLatBounds(pathsOf(parts)) };
}
