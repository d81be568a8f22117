import type { TiffTag } from '../raster/index.ts';
import type { Reduction } from './reduce.ts';
import type { StatisticsRow } from './statistics-row.ts';

/** `uint8`, `uint16` or `float32` values. */
export type CogArray = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Float32Array<ArrayBuffer>;

export interface CogBand {
  readonly name: string;
  readonly unit?: string;
  /** Asked for once all pixels are there: what GDAL keeps as statistics, null where there are none. */
  readonly statistics?: () => StatisticsRow | null;
}

export interface CogLayout {
  readonly width: number;
  readonly height: number;
  readonly bands: readonly CogBand[];
  readonly array: (length: number) => CogArray;
  readonly nodata: number | null;
  /** How overviews are made. */
  readonly reduction: Reduction;
  /** Where the raster lies. */
  readonly georeference: readonly TiffTag[];
  /** Of classes, from 0 on. */
  readonly colours?: readonly (readonly [number, number, number])[];
  readonly metadata?: Readonly<Record<string, string>>;
  /** Offsets of 8 bytes even if the file is small. */
  readonly big?: boolean;
}
