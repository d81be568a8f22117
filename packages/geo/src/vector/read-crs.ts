import { crsOf, crsOfPrj, readCrs } from '../crs/index.ts';
import type { Crs, CrsReading } from '../crs/index.ts';
import { AnalysisError } from '../findings/index.ts';

type JsonObject = Record<string, unknown>;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The system that a GeoJSON value names in the `crs` member of RFC 7946's forerunner; WGS 84 where it names none.
 * @throws {AnalysisError} for one that is not understood, or that names no place on Earth
 */
export async function crsOfGeoJson(value: unknown, fileName: string): Promise<Crs> {
  const member = isObject(value) ? value['crs'] : undefined;
  if (member === undefined || member === null) return crsOf(4326) as Crs;
  const fail = (message: string): never => {
    throw new AnalysisError('invalid', `${fileName} is not valid GeoJSON: ${message}`);
  };
  if (!isObject(member) || !isObject(member['properties']))
    return fail('"crs" is not an object with "properties"');
  const { properties } = member;
  const named =
    properties['name'] ?? (member['type'] === 'EPSG' ? `EPSG:${String(properties['code'])}` : undefined);
  if (typeof named !== 'string') return fail('"crs" has no "name"');
  return placed(await readCrs(named), named, fileName);
}

/** The system of a Shapefile's .prj. @throws {AnalysisError} for one that is not understood, or that names no place on Earth */
export async function crsOfPrjFile(prj: string, fileName: string): Promise<Crs> {
  if (prj.trim() === '')
    throw new AnalysisError(
      'invalid',
      `${fileName} has a .prj file with nothing in it: it does not say in which coordinate reference system its positions are. Write the system into it (in QGIS: Export, Save Features As), or leave the .prj file out if they are longitude and latitude on WGS 84`,
    );
  return placed(await crsOfPrj(prj), prj, fileName);
}

function placed(reading: CrsReading, definition: string, fileName: string): Crs {
  switch (reading.kind) {
    case 'earth':
      return reading.crs;
    case 'elsewhere':
      throw new AnalysisError(
        'unsupported',
        `${fileName} is in ${reading.what} (${reading.name}), so it lies nowhere on Earth. Convert it to EPSG:4326`,
      );
    case 'unknown':
      throw new AnalysisError(
        'unsupported',
        `${fileName} is in the coordinate reference system ${JSON.stringify(definition.slice(0, 60))}, which PROJ does not know. Convert it to EPSG:4326`,
      );
  }
}
