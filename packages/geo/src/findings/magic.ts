import { open } from 'node:fs/promises';

const SIGNATURES: readonly { kind: FileKind; offset?: number; bytes: readonly number[] | string }[] = [
  { kind: 'gzip', bytes: [0x1f, 0x8b] },
  { kind: 'zip', bytes: 'PK\u0003\u0004' },
  { kind: 'zip', bytes: 'PK\u0005\u0006' },
  { kind: 'tiff', bytes: 'II*\0' },
  { kind: 'tiff', bytes: 'MM\0*' },
  { kind: 'tiff', bytes: 'II+\0' },
  { kind: 'tiff', bytes: 'MM\0+' },
  { kind: 'png', bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { kind: 'jpeg', bytes: [0xff, 0xd8, 0xff] },
  { kind: 'jpeg2000', offset: 4, bytes: 'jP  ' },
  { kind: 'jpeg2000', bytes: [0xff, 0x4f, 0xff, 0x51] },
  { kind: 'pdf', bytes: '%PDF-' },
  { kind: 'hdf5', bytes: [0x89, 0x48, 0x44, 0x46] },
  { kind: 'netcdf', bytes: 'CDF' },
  { kind: 'sqlite', bytes: 'SQLite format 3' },
  { kind: '7z', bytes: [0x37, 0x7a, 0xbc, 0xaf] },
  { kind: 'xz', bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a] },
  { kind: 'bzip2', bytes: 'BZh' },
];

export type FileKind =
  | 'gzip'
  | 'zip'
  | 'tiff'
  | 'png'
  | 'jpeg'
  | 'jpeg2000'
  | 'pdf'
  | 'hdf5'
  | 'netcdf'
  | 'sqlite'
  | '7z'
  | 'xz'
  | 'bzip2'
  | 'usgs-dem'
  | 'ascii-grid'
  | 'srtm-tile'
  | 'kml'
  | 'xml'
  | 'json'
  | 'text'
  | 'binary';

/** What a kind is called in a message. */
export const kindNames: Record<FileKind, string> = {
  gzip: 'a gzip archive',
  zip: 'a ZIP archive',
  tiff: 'a TIFF image',
  png: 'a PNG image',
  jpeg: 'a JPEG image',
  jpeg2000: 'a JPEG 2000 image',
  pdf: 'a PDF document',
  hdf5: 'an HDF5 file',
  netcdf: 'a NetCDF file',
  sqlite: 'an SQLite database (a GeoPackage perhaps)',
  '7z': 'a 7-Zip archive',
  xz: 'an xz archive',
  bzip2: 'a bzip2 archive',
  'usgs-dem': 'a USGS DEM',
  'ascii-grid': 'an ASCII grid',
  'srtm-tile': 'an SRTM tile',
  kml: 'KML',
  xml: 'an XML document',
  json: 'JSON',
  text: 'plain text',
  binary: 'binary data',
};

/** Bytes of tiles with 1201 and 3601 points a side, and of those far north with 1801 in a row. */
const TILE_SIZES = new Set([1201 * 1201 * 2, 3601 * 3601 * 2, 3601 * 1801 * 2]);

/** Tells from the first bytes what a file is, and from its size where there is nothing else to tell by. */
export async function sniff(path: string, size: number): Promise<FileKind> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
    const kind = kindOf(buffer.subarray(0, bytesRead));
    return (kind === 'binary' || kind === 'text') && TILE_SIZES.has(size) ? 'srtm-tile' : kind;
  } finally {
    await file.close();
  }
}

function kindOf(head: Buffer): FileKind {
  for (const { kind, offset = 0, bytes } of SIGNATURES) {
    const wanted = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : Buffer.from(bytes);
    if (head.subarray(offset, offset + wanted.length).equals(wanted)) return kind;
  }
  const utf16 = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  if (!utf16 && head.includes(0)) return 'binary';
  if (isUsgsDem(head)) return 'usgs-dem';
  const text = new TextDecoder(utf16 ? (head[0] === 0xff ? 'utf-16le' : 'utf-16be') : 'utf-8')
    .decode(head)
    .trimStart();
  if (text.startsWith('<')) return /<(?:[\w.-]+:)?kml[\s/>]/i.test(text) ? 'kml' : 'xml';
  if (/^ncols\s/i.test(text)) return 'ascii-grid';
  return text.startsWith('{') || text.startsWith('[') ? 'json' : 'text';
}

/** Its header has no signature; GDAL too knows it by the codes of its level and of its reference system. */
function isUsgsDem(head: Buffer): boolean {
  const text = head.subarray(0, 168).toString('latin1');
  return /^ {5}[14]$/.test(text.slice(150, 156)) && /^ {5}[0-3]$| -9999$/.test(text.slice(156, 162));
}
