import type { Geometry } from 'geojson';

import type { Bounds } from '../gdal/index.ts';
import type { Ingester, Outline } from './ingester.ts';

/** What analysis finds out about one band, column or geometry. Null where there is no value. */
export interface SelectorAnalysis {
  readonly selector: string;
  /** `band`, `geometry` or `property`. */
  readonly category: string | null;
  /** Of a band its sample type (`float32`); of a column `numeric`, `boolean`, `datetime` or `string`; of a geometry its type. */
  readonly data_type: string | null;
  readonly unit: string | null;
  readonly validation: string | null;
  /** Square metres on the ellipsoid. */
  readonly area: number | null;
  /** Metres on the ellipsoid. */
  readonly length: number | null;
  readonly points: number | null;
  readonly lines: number | null;
  readonly polygons: number | null;
  readonly initial_values: readonly string[] | null;
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly mean: number | null;
  /** Population standard deviation. */
  readonly sd: number | null;
  readonly histogram_minimum: number | null;
  readonly histogram_maximum: number | null;
  /** Counts of values in ten bins of equal width from `histogram_minimum` to `histogram_maximum`. */
  readonly histogram: readonly number[] | null;
  /** Of a band: the stored number that stands for no value, or `nan`. */
  readonly nodata: string | null;
  /** What a stored number of a band is multiplied by, and what is added then, to give its value. */
  readonly scale: number | null;
  readonly offset: number | null;
  /** The colour of each stored number of a band from 0 on, as `#rrggbb`. */
  readonly colours: readonly string[] | null;
}

/** What the STAC item of a file is made of, beside what `Analysis` says already. */
export interface StacInfo {
  readonly mediaType: string;
  readonly roles: readonly string[];
  /** Footprint in longitude and latitude. */
  readonly geometry: Geometry | null;
  /** Of the projection extension. */
  readonly epsg: number | null;
  /** Height and width in pixels. */
  readonly shape: readonly [number, number] | null;
  /** Row by row: x scale, x skew, x origin, y skew, y scale, y origin of the pixels' outer corner. */
  readonly transform: readonly number[] | null;
  /** Minimum x, minimum y, maximum x, maximum y in the file's own CRS. */
  readonly projectedBounds: Bounds | null;
  readonly bands: readonly StacBand[] | null;
}

export interface StacBand {
  readonly name: string;
  /** `red`, `nir` and so on, as the electro-optical extension names parts of the spectrum; null where the file names none. */
  readonly commonName: string | null;
  readonly dataType: string;
  readonly nodata: number | 'nan' | null;
  readonly unit: string | null;
  /** What a stored number is multiplied by, and what is added then, to give the value; null where the file says neither. */
  readonly scale: number | null;
  readonly offset: number | null;
  /** Of each stored number from 0 on, as `#rrggbb`; null without a table of colours. */
  readonly colours: readonly string[] | null;
  readonly sampling: 'area' | 'point';
  /** Metres. */
  readonly resolution: number | null;
  readonly statistics: {
    readonly minimum: number;
    readonly maximum: number;
    readonly mean: number;
    readonly stddev: number;
    readonly validPercent: number;
  } | null;
}

/** What analysis finds out about a file. Null where there is no value. */
export interface Analysis {
  /** Bytes. */
  readonly size: number;
  /** `EPSG:4326` and the like. */
  readonly crs: string | null;
  /** Metres, of rasters: the geometric mean of both sides of the pixel in the middle. */
  readonly resolution: number | null;
  /** West, south, east, north in degrees; west is greater than east across the antimeridian. */
  readonly bounds: Bounds | null;
  /** Square metres on the ellipsoid. */
  readonly area: number | null;
  /** Metres on the ellipsoid, of lines. */
  readonly length: number | null;
  readonly points: number | null;
  readonly lines: number | null;
  readonly polygons: number | null;
  readonly selectors: readonly SelectorAnalysis[] | null;
  /** Fit to be used as it is; otherwise the alternative is the better one. */
  readonly publishable: boolean;
  /** A PNG was written to `previewPath`. */
  readonly preview: boolean;
  /** The content of a vector file of limited size as GeoJSON, its positions in longitude and latitude. */
  readonly geojson: string | null;
  /**
   * The polygons of all features dissolved, as a geometry of GeoJSON in longitude and latitude: where features cover the
   * same ground. Null where `geojson` covers no ground twice.
   */
  readonly region: string | null;
  /** What was written to `alternativePath`: the same content in a form that is quicker to use. */
  readonly alternative: Alternative | null;
  /** When what the file shows was so, where it says it itself: ISO 8601, in UTC. */
  readonly acquired: string | null;
  /** Where a raster has values; null while that is not known, and for one without any. */
  readonly outline: Outline | null;
  /** The ingesters that ended with the analysis, the file being small. */
  readonly ended: readonly Ingester[];
  /** Those that are left for later. With `statistics` among them the ones given here are of a sample. */
  readonly later: readonly Ingester[];
  /** What the user had better know of a file that can be used: sentences without an end. */
  readonly warnings?: readonly string[];
  readonly stac: StacInfo;
}

export interface Alternative {
  /** As the API names them: `GeoTIFF` (a Cloud Optimised one) or `GeoJSON`. */
  readonly fileType: 'GeoTIFF' | 'GeoJSON';
  /** The given name with the ending of the other form. */
  readonly fileName: string;
}

export interface AnalysisLimits {
  /** Bytes of a vector file, unpacked; 256 MiB by default. */
  readonly maxVectorBytes?: number;
  /** Positions in a vector file; 5,000,000 by default. */
  readonly maxVertices?: number;
  /** Features in a vector file; 1,000,000 by default. */
  readonly maxFeatures?: number;
  /** Pixels of a raster, all bands counted; 50,000,000,000 by default. */
  readonly maxPixels?: number;
  /** Pixels, all bands counted, of a raster that is converted before it is analysed; 1,000,000,000 by default. */
  readonly maxConvertedPixels?: number;
  /** Values of a raster, all bands counted, up to which its statistics are exact at once; 32,000,000 by default. */
  readonly maxExactValues?: number;
  /** Bytes of one block of a raster once decoded; 256 MiB by default. */
  readonly maxBlockBytes?: number;
  /** Characters of `Analysis.geojson`; 200,000 by default. Longer content is left out. */
  readonly maxGeojsonLength?: number;
}

export const defaultLimits: Required<AnalysisLimits> = {
  maxVectorBytes: 256 * 1024 * 1024,
  maxVertices: 5_000_000,
  maxFeatures: 1_000_000,
  maxPixels: 50_000_000_000,
  maxConvertedPixels: 1_000_000_000,
  maxExactValues: 32_000_000,
  maxBlockBytes: 256 * 1024 * 1024,
  maxGeojsonLength: 200_000,
};

export interface AnalyseOptions {
  /** The name that the user gave, for messages. */
  readonly fileName: string;
  /** `GeoTIFF`, `GeoJSON` and so on, as the API names them. */
  readonly fileType: string;
  /** Where to write the preview, a PNG; none is made without it. */
  readonly previewPath?: string;
  /** Where to write an alternative for a file that is better used in another form; none is made without it. */
  readonly alternativePath?: string;
  readonly signal?: AbortSignal;
  readonly limits?: AnalysisLimits;
}
