import type { FileType } from '@fusion-platform/contract';

const furtherExtensions: Readonly<Record<string, FileType>> = { pdf: 'PDF', gz: 'GZIP', tgz: 'GZIP' };

/** The type of a file that a service wrote: by its extension, read in the light of the type that the output declares. */
export function outputFileType(name: string, declared: string, byName: FileType): string {
  const extension = /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  if (byName === 'GeoTIFF' && declared === 'DEM') return declared;
  if (byName === 'ESRI Shapefile' && (declared === 'ZIP' || declared === 'Other')) return 'ZIP';
  return furtherExtensions[extension] ?? byName;
}
