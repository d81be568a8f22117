import type { Geometry } from 'geojson';

import type { Bounds } from '../gdal/index.ts';

/** What analysis can find out once a file is usable: what takes its time, and what nobody has to wait for. */
export type Ingester = 'statistics' | 'outline';

/** The part of the Earth that a raster has values for. */
export interface Outline {
  /** Longitude and latitude; in parts where it crosses the antimeridian. */
  readonly geometry: Geometry;
  /** West is greater than east across the antimeridian. */
  readonly bounds: Bounds;
}

/** Statistics of a band, as selectors have them. Null where no value is left. */
export interface BandFinding {
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly mean: number | null;
  readonly sd: number | null;
  readonly histogram: readonly number[] | null;
  /** Percent of all pixels that have a value. */
  readonly validPercent: number;
}

/** What an ingester found. */
export type IngesterFinding =
  | { readonly ingester: 'statistics'; readonly bands: readonly BandFinding[] }
  /** Null for a raster without any value. */
  | { readonly ingester: 'outline'; readonly outline: Outline | null };
