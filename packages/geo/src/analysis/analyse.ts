import { rm, stat } from 'node:fs/promises';

import { AnalysisError, defaultLimits, kindNames, sniff, withoutPlace } from '../findings/index.ts';
import type { AnalyseOptions, Analysis, FileKind } from '../findings/index.ts';
import { analyseConverted, analyseGeoTiff } from '../raster/index.ts';
import { analyseCsv } from '../tables/index.ts';
import { analyseVector } from '../vector/index.ts';
import { formats } from './formats.ts';
import type { Method } from './formats.ts';

/**
 * Finds out what a file holds: by its content, which must be what its type says.
 * Runs in this process: for a file from outside use `analyseInChild`, which bounds time, memory and disk.
 * @throws {AnalysisError} when the file is not what it claims or cannot be used; no preview and no alternative is left then.
 */
export async function analyse(path: string, options: AnalyseOptions): Promise<Analysis> {
  const { fileName, fileType, signal, previewPath, alternativePath } = options;
  const limits = { ...defaultLimits, ...options.limits };
  signal?.throwIfAborted();
  const { size } = await stat(path);
  if (size === 0)
    throw new AnalysisError('invalid', `${fileName} is empty: it has no bytes. Upload it again`);
  const mediaType = formats[fileType]?.mediaType ?? 'application/octet-stream';
  try {
    const method = methodFor(fileName, fileType, await sniff(path, size));
    switch (method.as) {
      case 'geotiff':
        return await analyseGeoTiff(path, size, options, limits);
      case 'converted':
        return await analyseConverted(path, size, { ...method, mediaType }, options, limits);
      case 'vector':
        return await analyseVector(method.type, path, size, options, limits);
      case 'csv':
        return await analyseCsv(path, size, options);
      case 'stored':
        return withoutPlace(size, mediaType);
    }
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

/**
 * The analysis of a file of a type that may hold anything, which nothing has to be read for.
 * @param size bytes
 * @returns null for a file that `analyse` has to look at
 */
export function analyseUnread(fileType: string, size: number): Analysis | null {
  const format = formats[fileType];
  return format?.methods === null && size > 0 ? withoutPlace(size, format.mediaType) : null;
}

function methodFor(fileName: string, fileType: string, kind: FileKind): Method {
  const methods = formats[fileType]?.methods ?? null;
  if (methods === null) return { as: 'stored' };
  const method = methods[kind];
  if (method !== undefined) return method;
  throw new AnalysisError(
    'wrong_type',
    `${fileName} is not ${fileType}: it looks like ${kindNames[kind]}. ${adviceFor(kind)} the type that fits, or check how the file was exported`,
  );
}

function adviceFor(kind: FileKind): string {
  if (kind === 'gzip' || kind === 'zip') return 'Unpack it and upload the file inside, or choose';
  // Of all that is not read here it is what people have most.
  if (kind === 'sqlite')
    return 'GeoPackages are not read: export one layer as GeoJSON, e.g. with "Export" in QGIS or ogr2ogr -f GeoJSON. Else choose';
  return 'Choose';
}
