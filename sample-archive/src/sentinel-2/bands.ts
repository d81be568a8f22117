import type { PIXELS } from './tiles.ts';

/** A band of reflectances as the public archive names and describes it. */
export interface Band {
  /** Of its asset. */
  readonly key: string;
  /** Of its file. */
  readonly name: string;
  readonly title: string;
  readonly grid: keyof typeof PIXELS;
  readonly commonName: string;
  /** Micrometres. */
  readonly wavelength: number;
  readonly width: number;
}

function band(
  key: string,
  name: string,
  title: string,
  grid: Band['grid'],
  wavelength: number,
  width: number,
  commonName = key,
): Band {
  return { key, name, title, grid, commonName, wavelength, width };
}

/** In the order of the spectra in `spectra.ts`. */
export const BANDS: readonly Band[] = [
  band('coastal', 'B01', 'Coastal aerosol (band 1)', 'coarse', 0.443, 0.027),
  band('blue', 'B02', 'Blue (band 2)', 'fine', 0.49, 0.098),
  band('green', 'B03', 'Green (band 3)', 'fine', 0.56, 0.045),
  band('red', 'B04', 'Red (band 4)', 'fine', 0.665, 0.038),
  band('rededge1', 'B05', 'Red edge 1 (band 5)', 'middle', 0.704, 0.019, 'rededge'),
  band('rededge2', 'B06', 'Red edge 2 (band 6)', 'middle', 0.74, 0.018, 'rededge'),
  band('rededge3', 'B07', 'Red edge 3 (band 7)', 'middle', 0.783, 0.028, 'rededge'),
  band('nir', 'B08', 'NIR 1 (band 8)', 'fine', 0.842, 0.145),
  band('nir08', 'B8A', 'NIR 2 (band 8A)', 'middle', 0.865, 0.033),
  band('nir09', 'B09', 'NIR 3 (band 9)', 'coarse', 0.945, 0.026),
  band('swir16', 'B11', 'SWIR 1 (band 11)', 'middle', 1.61, 0.143),
  band('swir22', 'B12', 'SWIR 2 (band 12)', 'middle', 2.19, 0.242),
];
