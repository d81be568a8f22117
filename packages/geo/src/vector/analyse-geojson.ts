import { writeFile } from 'node:fs/promises';

import type { Geometry } from 'geojson';

import type { Analysis, AnalyseOptions, AnalysisLimits } from '../findings/index.ts';
import { AnalysisError, selectorOf } from '../findings/index.ts';
import { boundsOf } from '../crs/index.ts';
import { checkGeoJson } from './check-geojson.ts';
import { drawVector } from './draw-vector.ts';
import { partsOf, positionsOf } from './geometry.ts';
import { measure } from './measure.ts';
import { propertySelectors } from './property-selectors.ts';
import { readJson } from './read-geojson.ts';

const MAX_OUTLINE_POSITIONS = 2000;

/** Analyses a GeoJSON file, of which all of it is read into memory: its size is bounded by the limits. */
export async function analyseGeoJson(
  path: string,
  size: number,
  options: AnalyseOptions,
  limits: Required<AnalysisLimits>,
): Promise<Analysis> {
  const { fileName, signal, previewPath } = options;
  const json = await readJson(path, { fileName, size, limits, ...(signal === undefined ? {} : { signal }) });
  signal?.throwIfAborted();
  const { crs, collection } = checkGeoJson(json, fileName, limits);
  const { features } = collection;
  const geometries = features.flatMap(({ geometry }) => (geometry === null ? [] : [geometry]));
  const parts = geometries.reduce(
    (all, geometry) => partsOf(geometry, all),
    partsOf({ type: 'GeometryCollection', geometries: [] }),
  );
  const positions = [...positionsOf(parts)];
  if (positions.length === 0)
    throw new AnalysisError(
      'invalid',
      `${fileName} is not valid GeoJSON: none of its features has a geometry`,
    );
  const bounds = boundsOf(positions);
  const measures = measure(geometries);
  const text = JSON.stringify(collection);
  signal?.throwIfAborted();
  if (previewPath !== undefined) await writeFile(previewPath, drawVector(parts, bounds));
  return {
    size,
    crs: crs.name,
    resolution: null,
    bounds,
    ...measures,
    selectors: [
      selectorOf({
        selector: 'geometry',
        category: 'geometry',
        data_type: typeName(geometries),
        ...measures,
      }),
      ...propertySelectors(features),
    ],
    publishable: true,
    preview: previewPath !== undefined,
    geojson: text.length <= limits.maxGeojsonLength ? text : null,
    stac: {
      mediaType: 'application/geo+json',
      roles: ['data'],
      geometry: outline(geometries, positions.length, bounds),
      epsg: crs.code,
      shape: null,
      transform: null,
      projectedBounds: null,
      bands: null,
    },
  };
}

/** The geometry itself where there is one of a handy size, else the rectangle around all. */
function outline(
  geometries: readonly Geometry[],
  positions: number,
  [west, south, east, north]: readonly [number, number, number, number],
): Geometry {
  const [only] = geometries;
  if (only !== undefined && geometries.length === 1 && positions <= MAX_OUTLINE_POSITIONS) return only;
  const ring = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
  return { type: 'Polygon', coordinates: [ring] };
}

function typeName(geometries: readonly Geometry[]): string {
  const types = new Set(geometries.map(({ type }) => type));
  return types.size === 1 ? (geometries[0]?.type ?? 'mixed') : 'mixed';
}
