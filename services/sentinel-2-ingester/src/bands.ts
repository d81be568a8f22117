import type { Sentinel2Band } from '@fusion-platform/geo';

/** A band of the output, and of the archive. */
export interface Band {
  /** Of its file. */
  readonly name: Sentinel2Band;
  /** Of its asset in Earth Search. */
  readonly key: string;
  readonly title: string;
  /** Metres of a pixel in a scene as its producer gives it. */
  readonly metres: number;
}

function band(name: Band['name'], key: string, title: string, metres: number): Band {
  return { name, key, title, metres };
}

export const CLASSIFICATION: Band = band('SCL', 'scl', 'Scene classification', 20);

export const REFLECTANCES: readonly Band[] = [
  band('B01', 'coastal', 'Coastal aerosol', 60),
  band('B02', 'blue', 'Blue', 10),
  band('B03', 'green', 'Green', 10),
  band('B04', 'red', 'Red', 10),
  band('B05', 'rededge1', 'Red edge 1', 20),
  band('B06', 'rededge2', 'Red edge 2', 20),
  band('B07', 'rededge3', 'Red edge 3', 20),
  band('B08', 'nir', 'Near infrared', 10),
  band('B8A', 'nir08', 'Narrow near infrared', 20),
  band('B09', 'nir09', 'Water vapour', 60),
  band('B11', 'swir16', 'Short-wave infrared 1', 20),
  band('B12', 'swir22', 'Short-wave infrared 2', 20),
];

/** Red, green and blue of the preview. */
export const TRUE_COLOUR = ['B04', 'B03', 'B02'] as const;
