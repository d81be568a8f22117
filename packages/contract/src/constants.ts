/** The file types of the API. */
export const fileTypes = [
  'GeoTIFF',
  'JPEG2000',
  'DEM',
  'GeoJSON',
  'KML',
  'KMZ',
  'CSV',
  'ESRI Shapefile',
  'JPEG',
  'PNG',
  'PDF',
  'GZIP',
  'ZIP',
  'Other',
] as const;
export type FileType = (typeof fileTypes)[number];

export const dataTypes = ['numeric', 'currency', 'boolean', 'datetime', 'string', 'constrained'] as const;
export type DataType = (typeof dataTypes)[number];

export const runTypes = ['run_once', 'run_schedule'] as const;
export type RunType = (typeof runTypes)[number];

export const processStatuses = ['draft', 'execute', 'stop'] as const;
export type ProcessStatus = (typeof processStatuses)[number];

export const roles = [
  'view_processing_chains',
  'create_and_execute_processing_chains',
  'audit_ssds',
  'create_ssds',
  'manage_organisation',
] as const;
export type Role = (typeof roles)[number];

/** What users and webhooks are told of. Not part of the original API. */
export const webhookEvents = [
  'execution.ended',
  'execution.failed',
  'execution.expiring',
  'process.waiting',
] as const;
export type WebhookEvent = (typeof webhookEvents)[number];

const substitutes: Readonly<Partial<Record<FileType, readonly FileType[]>>> = {
  GeoTIFF: ['GeoTIFF', 'DEM', 'JPEG2000'],
  GeoJSON: ['GeoJSON', 'KML', 'KMZ', 'ESRI Shapefile'],
};

/** The file types that an input of the given type takes. */
export function acceptedFileTypes(input: FileType): readonly FileType[] {
  return substitutes[input] ?? [input];
}

const extensions: Readonly<Record<string, FileType>> = {
  tif: 'GeoTIFF',
  tiff: 'GeoTIFF',
  jp2: 'JPEG2000',
  dem: 'DEM',
  json: 'GeoJSON',
  geojson: 'GeoJSON',
  kml: 'KML',
  kmz: 'KMZ',
  csv: 'CSV',
  zip: 'ESRI Shapefile',
  jpg: 'JPEG',
  jpeg: 'JPEG',
  png: 'PNG',
};

/** The file type that a name's extension stands for on upload. */
export function fileTypeOfName(name: string): FileType {
  const extension = /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase();
  return (extension && Object.hasOwn(extensions, extension) && extensions[extension]) || 'Other';
}
