import { rm, stat } from 'node:fs/promises';

import { analyseGeoTiff } from '../raster/index.ts';
import { analyseVector } from '../vector/index.ts';
import type { VectorType } from '../vector/index.ts';
import { AnalysisError, defaultLimits, kindNames, sniff } from '../findings/index.ts';
import type { AnalyseOptions, Analysis, FileKind } from '../findings/index.ts';

/** What a file of a type must look like from its first bytes, and its media type. A type that is not listed may hold anything. */
const TYPES: Readonly<Record<string, { kinds: readonly FileKind[]; mediaType: string }>> = {
  GeoTIFF: { kinds: ['tiff'], mediaType: 'image/tiff; application=geotiff' },
  GeoJSON: { kinds: ['json'], mediaType: 'application/geo+json' },
  JPEG2000: { kinds: ['jpeg2000'], mediaType: 'image/jp2' },
  KML: { kinds: ['kml'], mediaType: 'application/vnd.google-earth.kml+xml' },
  KMZ: { kinds: ['zip'], mediaType: 'application/vnd.google-earth.kmz' },
  CSV: { kinds: ['text', 'json', 'xml', 'kml'], mediaType: 'text/csv' },
  'ESRI Shapefile': { kinds: ['zip'], mediaType: 'application/zip' },
  JPEG: { kinds: ['jpeg'], mediaType: 'image/jpeg' },
  PNG: { kinds: ['png'], mediaType: 'image/png' },
  PDF: { kinds: ['pdf'], mediaType: 'application/pdf' },
  GZIP: { kinds: ['gzip'], mediaType: 'application/gzip' },
  ZIP: { kinds: ['zip'], mediaType: 'application/zip' },
};

/**
 * Finds out what a file holds. GeoJSON and GeoTIFF are read in full; of other types the first bytes must be what
 * the type says, and the size is all that is told.
 * Runs in this process: for a file from outside use `analyseInChild`, which bounds time and memory.
 * @throws {AnalysisError} when the file is not what it claims or cannot be used; no preview is left then.
 */
export async function analyse(path: string, options: AnalyseOptions): Promise<Analysis> {
  const { fileName, fileType, signal, previewPath, alternativePath } = options;
  const limits = { ...defaultLimits, ...options.limits };
  signal?.throwIfAborted();
  const { size } = await stat(path);
  if (size === 0)
    throw new AnalysisError('invalid', `${fileName} is empty: it has no bytes. Upload it again`);
  try {
    const kind = await sniff(path);
    // A DEM comes as GeoTIFF as a rule; its older formats are only stored.
    if (fileType === 'GeoTIFF' || (fileType === 'DEM' && kind === 'tiff')) {
      check(fileName, fileType, kind);
      return await analyseGeoTiff(path, size, options, limits);
    }
    // GeoJSON tells by itself where it is none.
    if (fileType !== 'GeoJSON') check(fileName, fileType, kind);
    if (isVector(fileType)) return await analyseVector(fileType, path, size, options, limits);
    return storedOnly(size, TYPES[fileType]?.mediaType ?? 'application/octet-stream');
  } catch (error) {
    for (const written of [previewPath, alternativePath])
      if (written !== undefined) await rm(written, { force: true });
    if (error instanceof RangeError && error.message.includes('call stack'))
      throw new AnalysisError('invalid', `${fileName} is nested too deeply to be read: flatten it`, {
        cause: error,
      });
    throw error;
  }
}

function isVector(fileType: string): fileType is VectorType {
  return ['GeoJSON', 'KML', 'KMZ', 'ESRI Shapefile'].includes(fileType);
}

function check(fileName: string, fileType: string, kind: FileKind): void {
  const wanted = TYPES[fileType]?.kinds;
  if (wanted === undefined || wanted.includes(kind)) return;
  throw new AnalysisError(
    'wrong_type',
    `${fileName} is not ${fileType}: it looks like ${kindNames[kind]}. Choose the type that fits, or check how the file was exported`,
  );
}

function storedOnly(size: number, mediaType: string): Analysis {
  return {
    size,
    crs: null,
    resolution: null,
    bounds: null,
    area: null,
    length: null,
    points: null,
    lines: null,
    polygons: null,
    selectors: null,
    publishable: true,
    preview: false,
    geojson: null,
    alternative: null,
    stac: {
      mediaType,
      roles: ['data'],
      geometry: null,
      epsg: null,
      shape: null,
      transform: null,
      projectedBounds: null,
      bands: null,
    },
  };
}
