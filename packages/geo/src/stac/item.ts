import type { Geometry } from 'geojson';

import type { Analysis, StacBand } from '../findings/index.ts';
import type { Bounds } from '../gdal/index.ts';

const PROJECTION = 'https://stac-extensions.github.io/projection/v2.0.0/schema.json';
const RASTER = 'https://stac-extensions.github.io/raster/v2.0.0/schema.json';
export const EO = 'https://stac-extensions.github.io/eo/v2.0.0/schema.json';
const PROCESSING = 'https://stac-extensions.github.io/processing/v1.2.0/schema.json';
const FILE = 'https://stac-extensions.github.io/file/v2.1.0/schema.json';

export interface StacLink {
  readonly rel: string;
  readonly href: string;
  readonly type?: string;
  readonly title?: string;
}

export interface StacAsset {
  readonly href: string;
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly roles?: readonly string[];
  readonly [field: string]: unknown;
}

/** An Item of STAC 1.1. */
export interface StacItem {
  readonly type: 'Feature';
  readonly stac_version: '1.1.0';
  readonly stac_extensions: readonly string[];
  readonly id: string;
  readonly geometry: Geometry | null;
  readonly bbox?: Bounds;
  readonly properties: { readonly datetime: string | null; readonly [field: string]: unknown };
  readonly links: readonly StacLink[];
  readonly assets: Readonly<Record<string, StacAsset>>;
  readonly collection?: string;
}

/** Of the processing extension. */
export interface StacProcessing {
  /** `L2A` and the like. */
  readonly level?: string;
  readonly lineage?: string;
  readonly facility?: string;
  readonly datetime?: Date;
  /** Versions by the names of programs. */
  readonly software?: Readonly<Record<string, string>>;
}

/** What an item tells of an analysis. */
type Described = Pick<Analysis, 'size' | 'resolution' | 'bounds' | 'stac'> &
  Partial<Pick<Analysis, 'outline'>>;

export interface StacItemOptions {
  readonly id: string;
  /** When what the file shows was so: an instant, or the first and the last. */
  readonly datetime: Date | { readonly start: Date; readonly end: Date };
  readonly analysis: Described;
  readonly fileName: string;
  readonly href: string;
  /** Key of the asset, `data` by default. */
  readonly assetKey?: string;
  /** As the file extension wants it: a multihash in hexadecimal, e.g. `1220` and the SHA-256. */
  readonly checksumMultihash?: string;
  readonly title?: string;
  readonly description?: string;
  readonly previewHref?: string;
  /** Further properties; they win over those made here. */
  readonly properties?: Readonly<Record<string, unknown>>;
  /** How the file came about. */
  readonly processing?: StacProcessing;
  /** The data were generated, not observed: said in `fusion:synthetic`. */
  readonly synthetic?: boolean;
  /** Id of the collection that the item belongs to; STAC then wants a link to it among `links`. */
  readonly collection?: string;
  readonly links?: readonly StacLink[];
}

/** The STAC Item of an analysed file, with the extensions that have something to say: projection, raster, eo, processing, file. */
export function stacItem(options: StacItemOptions): StacItem {
  const { id, datetime, analysis, title, description, synthetic = false } = options;
  const { stac } = analysis;
  // Where a raster has values says more than where it reaches.
  const bounds = analysis.outline?.bounds ?? analysis.bounds;
  const { collection, links = [] } = options;
  const projected = stac.epsg !== null || stac.transform !== null;
  const geometry = bounds === null ? null : (analysis.outline?.geometry ?? stac.geometry);
  const properties = {
    ...times(datetime),
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(projected ? projection(analysis) : {}),
    ...groundSampleDistance(analysis),
    ...processing(options.processing ?? {}),
    ...(synthetic ? { 'fusion:synthetic': true } : {}),
    ...options.properties,
  };
  const has = (prefix: string): boolean => Object.keys(properties).some((name) => name.startsWith(prefix));
  return {
    type: 'Feature',
    stac_version: '1.1.0',
    stac_extensions: [
      ...(projected ? [PROJECTION] : []),
      ...(stac.bands === null ? [] : [RASTER]),
      ...(has('eo:') || stac.bands?.some(({ commonName }) => commonName !== null) === true ? [EO] : []),
      ...(has('processing:') ? [PROCESSING] : []),
      FILE,
    ],
    id,
    geometry,
    ...(geometry === null || bounds === null ? {} : { bbox: bounds }),
    properties,
    links,
    assets: assets(options),
    ...(collection === undefined ? {} : { collection }),
  };
}

/** In metres with their fraction: `resolution` is of whole metres, 1 at least, which 5 cm of a drone are not. */
function groundSampleDistance({ resolution, stac }: Described): { gsd?: number } {
  const metres = stac.bands?.[0]?.resolution ?? resolution;
  return metres === null ? {} : { gsd: Number(metres.toPrecision(6)) };
}

function times(datetime: StacItemOptions['datetime']): { datetime: string | null } {
  if (datetime instanceof Date) return { datetime: datetime.toISOString() };
  const span = { start_datetime: datetime.start.toISOString(), end_datetime: datetime.end.toISOString() };
  return { datetime: null, ...span };
}

function projection({ stac }: Described): Record<string, unknown> {
  return {
    'proj:code': stac.epsg === null ? null : `EPSG:${stac.epsg}`,
    ...(stac.projectedBounds === null ? {} : { 'proj:bbox': stac.projectedBounds }),
    ...(stac.shape === null ? {} : { 'proj:shape': stac.shape }),
    ...(stac.transform === null ? {} : { 'proj:transform': stac.transform }),
  };
}

function processing({
  level,
  lineage,
  facility,
  datetime,
  software,
}: StacProcessing): Record<string, unknown> {
  return {
    ...(level === undefined ? {} : { 'processing:level': level }),
    ...(lineage === undefined ? {} : { 'processing:lineage': lineage }),
    ...(facility === undefined ? {} : { 'processing:facility': facility }),
    ...(datetime === undefined ? {} : { 'processing:datetime': datetime.toISOString() }),
    ...(software === undefined ? {} : { 'processing:software': software }),
  };
}

function assets(options: StacItemOptions): Record<string, StacAsset> {
  const { analysis, fileName, href, assetKey = 'data', checksumMultihash, previewHref } = options;
  const { mediaType, roles, bands } = analysis.stac;
  return {
    [assetKey]: {
      href,
      type: mediaType,
      title: fileName,
      roles,
      'file:size': analysis.size,
      ...(checksumMultihash === undefined ? {} : { 'file:checksum': checksumMultihash }),
      ...(bands === null ? {} : { bands: bands.map(band) }),
    },
    ...(previewHref === undefined
      ? {}
      : { thumbnail: { href: previewHref, type: 'image/png', title: 'Preview', roles: ['thumbnail'] } }),
  };
}

const DATA_TYPES = new Set([
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'float16',
  'float32',
  'float64',
]);

function band({
  name,
  commonName,
  dataType,
  nodata,
  unit,
  scale,
  offset,
  colours,
  sampling,
  resolution,
  statistics,
}: StacBand): Record<string, unknown> {
  const bits = /\d+$/.exec(dataType)?.[0];
  const known = DATA_TYPES.has(dataType);
  return {
    name,
    data_type: known ? dataType : 'other',
    ...(nodata === null ? {} : { nodata: finiteOrName(nodata) }),
    ...(unit === null ? {} : { unit }),
    ...(statistics === null
      ? {}
      : { statistics: { ...rest(statistics), valid_percent: statistics.validPercent } }),
    ...(commonName === null ? {} : { 'eo:common_name': commonName }),
    'raster:sampling': sampling,
    ...(scale === null ? {} : { 'raster:scale': scale }),
    ...(offset === null ? {} : { 'raster:offset': offset }),
    ...(colours === null ? {} : { 'fusion:colours': colours }),
    ...(known || bits === undefined ? {} : { 'raster:bits_per_sample': Number(bits) }),
    ...(resolution === null ? {} : { 'raster:spatial_resolution': resolution }),
  };
}

function rest({
  minimum,
  maximum,
  mean,
  stddev,
}: NonNullable<StacBand['statistics']>): Record<string, number> {
  return { minimum, maximum, mean, stddev };
}

function finiteOrName(nodata: number | 'nan'): number | string {
  if (nodata === Infinity) return 'inf';
  return nodata === -Infinity ? '-inf' : nodata;
}
