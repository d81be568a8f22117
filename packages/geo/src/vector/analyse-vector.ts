import { crsOf } from '../crs/index.ts';
import type { Crs } from '../crs/index.ts';
import type { Analysis, AnalyseOptions, AnalysisLimits } from '../findings/index.ts';
import { analyseFeatures } from './analyse-features.ts';
import { checkFeatures, checkGeoJson } from './check-geojson.ts';
import type { CheckedFeatures } from './check-geojson.ts';
import { crsOfGeoJson } from './read-crs.ts';
import { readJson } from './read-geojson.ts';
import { readKml, readKmz } from './read-kml.ts';
import type { KmlContent } from './read-kml.ts';
import { readShapefile } from './read-shapefile.ts';
import type { ReadOptions } from './read-text.ts';

export type VectorType = 'GeoJSON' | 'KML' | 'KMZ' | 'ESRI Shapefile';

const MEDIA_TYPES: Readonly<Record<VectorType, string>> = {
  GeoJSON: 'application/geo+json',
  KML: 'application/vnd.google-earth.kml+xml',
  KMZ: 'application/vnd.google-earth.kmz',
  'ESRI Shapefile': 'application/zip',
};

/** Analyses a vector file, of which all is read into memory: its size, unpacked, is bounded by the limits. */
export async function analyseVector(
  type: VectorType,
  path: string,
  size: number,
  options: AnalyseOptions,
  limits: Required<AnalysisLimits>,
): Promise<Analysis> {
  const { fileName, signal } = options;
  const checked = await read(type, path, { fileName, size, limits, signal });
  signal?.throwIfAborted();
  return analyseFeatures(
    checked,
    { size, mediaType: MEDIA_TYPES[type], convert: type !== 'GeoJSON' },
    options,
    limits,
  );
}

async function read(type: VectorType, path: string, options: ReadOptions): Promise<CheckedFeatures> {
  const { fileName, limits } = options;
  switch (type) {
    case 'GeoJSON': {
      const value = await readJson(path, options);
      return checkGeoJson(value, await crsOfGeoJson(value, fileName), { fileName, limits });
    }
    case 'KML':
      return checkKml(await readKml(path, options), options);
    case 'KMZ':
      return checkKml(await readKmz(path, options), options);
    case 'ESRI Shapefile': {
      const { crs, collection } = await readShapefile(path, options);
      return checkFeatures(collection, crs, { fileName, format: 'ESRI Shapefile', limits });
    }
  }
}

async function checkKml(
  { collection, warnings }: KmlContent,
  { fileName, limits }: ReadOptions,
): Promise<CheckedFeatures> {
  const checked = await checkFeatures(collection, crsOf(4326) as Crs, { fileName, format: 'KML', limits });
  return { ...checked, warnings: [...warnings, ...checked.warnings] };
}
