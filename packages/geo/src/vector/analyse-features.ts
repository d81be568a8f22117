import { writeFile } from 'node:fs/promises';
import { parse } from 'node:path';

import type { Geometry } from 'geojson';

import type { Alternative, Analysis, AnalyseOptions, AnalysisLimits } from '../findings/index.ts';
import { AnalysisError, selectorOf } from '../findings/index.ts';
import { lonLatBounds, rectangle, uncertaintyOf } from '../crs/index.ts';
import type { Crs } from '../crs/index.ts';
import type { Bounds } from '../gdal/index.ts';
import type { CheckedFeatures } from './check-geojson.ts';
import { coveredOnce } from './covered-once.ts';
import { drawVector } from './draw-vector.ts';
import { partsOf, pathsOf } from './geometry.ts';
import { measure } from './measure.ts';
import { propertySelectors } from './property-selectors.ts';

const MAX_OUTLINE_POSITIONS = 2000;

/** Analyses features whose positions are longitude and latitude already. */
export async function analyseFeatures(
  { crs, collection, counts, warnings }: CheckedFeatures,
  { size, mediaType, convert }: { size: number; mediaType: string; convert: boolean },
  { fileName, signal, previewPath, alternativePath }: AnalyseOptions,
  limits: Required<AnalysisLimits>,
): Promise<Analysis> {
  const { features } = collection;
  const geometries = features.flatMap(({ geometry }) => (geometry === null ? [] : [geometry]));
  const parts = partsOf({ type: 'GeometryCollection', geometries });
  const paths = pathsOf(parts);
  if (paths.length === 0)
    throw new AnalysisError('invalid', `${fileName} cannot be used: none of its features has a geometry`);
  const bounds = lonLatBounds(paths);
  const ground = await coveredOnce(parts);
  const measures = { ...measure({ ...parts, polygons: [] }), area: ground.area, ...counts };
  const text = JSON.stringify(collection);
  signal?.throwIfAborted();
  if (previewPath !== undefined) await writeFile(previewPath, drawVector(parts, bounds));
  let alternative: Alternative | null = null;
  if (convert && alternativePath !== undefined) {
    await writeFile(alternativePath, text);
    alternative = { fileType: 'GeoJSON', fileName: `${parse(fileName).name}.geojson` };
  }
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
    publishable: !convert,
    warnings: [...warnings, ...ground.warnings, ...placeWarnings(crs, bounds)],
    preview: previewPath !== undefined,
    geojson: text.length <= limits.maxGeojsonLength ? text : null,
    region: ground.region,
    alternative,
    acquired: null,
    outline: null,
    ended: [],
    later: [],
    stac: {
      mediaType,
      roles: ['data'],
      geometry: outline(geometries, paths, bounds),
      epsg: crs.code,
      shape: null,
      transform: null,
      projectedBounds: null,
      bands: null,
    },
  };
}

function placeWarnings(crs: Crs, [west, south, east, north]: Bounds): string[] {
  const middle = west > east ? (west + east + 360) / 2 : (west + east) / 2;
  const said = uncertaintyOf(crs, [middle, (south + north) / 2]);
  return said === null ? [] : [said];
}

/** The geometry itself where there is one of a handy size, else the rectangle around all. */
function outline(geometries: readonly Geometry[], paths: readonly unknown[][], bounds: Bounds): Geometry {
  const [only] = geometries;
  // STAC wants one of the other kinds.
  if (only?.type === 'GeometryCollection') return rectangle(bounds);
  const positions = paths.reduce((sum, path) => sum + path.length, 0);
  if (only !== undefined && geometries.length === 1 && positions <= MAX_OUTLINE_POSITIONS) return only;
  return rectangle(bounds);
}

function typeName(geometries: readonly Geometry[]): string {
  const types = new Set(geometries.map(({ type }) => type));
  return types.size === 1 ? (geometries[0]?.type ?? 'mixed') : 'mixed';
}
