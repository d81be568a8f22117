import type { FileKind } from '../findings/index.ts';
import type { ConvertedFormat } from '../raster/index.ts';
import type { VectorType } from '../vector/index.ts';

/** How a file of a type is analysed. */
export type Method =
  | { readonly as: 'geotiff' }
  | { readonly as: 'converted'; readonly format: ConvertedFormat; readonly keep: boolean }
  | { readonly as: 'vector'; readonly type: VectorType }
  | { readonly as: 'csv' }
  | { readonly as: 'stored' };

interface Format {
  readonly mediaType: string;
  /** By what the first bytes may show; a type without any may hold anything. */
  readonly methods: Readonly<Partial<Record<FileKind, Method>>> | null;
}

const stored: Method = { as: 'stored' };
const vector = (type: VectorType): Method => ({ as: 'vector', type });
const converted = (format: ConvertedFormat, keep: boolean): Method => ({ as: 'converted', format, keep });
const csv: Method = { as: 'csv' };
/** JSON tells by itself where it is none. */
const geojson = vector('GeoJSON');

/** The file types of the API. */
export const formats: Readonly<Record<string, Format>> = {
  GeoTIFF: { mediaType: 'image/tiff; application=geotiff', methods: { tiff: { as: 'geotiff' } } },
  JPEG2000: { mediaType: 'image/jp2', methods: { jpeg2000: converted('JP2OpenJPEG', true) } },
  DEM: {
    mediaType: 'application/octet-stream',
    methods: {
      tiff: { as: 'geotiff' },
      'usgs-dem': converted('USGSDEM', true),
      'ascii-grid': converted('AAIGrid', true),
      'srtm-tile': converted('SRTMHGT', true),
    },
  },
  GeoJSON: { mediaType: 'application/geo+json', methods: { json: geojson, text: geojson } },
  KML: { mediaType: 'application/vnd.google-earth.kml+xml', methods: { kml: vector('KML') } },
  KMZ: { mediaType: 'application/vnd.google-earth.kmz', methods: { zip: vector('KMZ') } },
  'ESRI Shapefile': { mediaType: 'application/zip', methods: { zip: vector('ESRI Shapefile') } },
  // A table may begin with anything that is text.
  CSV: {
    mediaType: 'text/csv',
    methods: { text: csv, json: csv, xml: csv, kml: csv, 'ascii-grid': csv, 'usgs-dem': csv },
  },
  JPEG: { mediaType: 'image/jpeg', methods: { jpeg: converted('JPEG', false) } },
  PNG: { mediaType: 'image/png', methods: { png: converted('PNG', false) } },
  PDF: { mediaType: 'application/pdf', methods: { pdf: stored } },
  GZIP: { mediaType: 'application/gzip', methods: { gzip: stored } },
  ZIP: { mediaType: 'application/zip', methods: { zip: stored } },
  Other: { mediaType: 'application/octet-stream', methods: null },
};
