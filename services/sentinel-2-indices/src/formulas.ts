import type { Sentinel2Band } from '@fusion-platform/geo';

/** A spectral index: which bands it takes, and its value from their reflectances (0 to 1). */
export interface SpectralIndex {
  readonly name: string;
  readonly bands: readonly Sentinel2Band[];
  readonly formula: (a: number, b: number, c: number) => number;
}

/** (a - b) / (a + b) */
const difference = (a: number, b: number): number => (a - b) / (a + b);

/** By the name of their option, which is also their order in the output. */
export const INDICES: Readonly<Record<string, SpectralIndex>> = {
  /** Vegetation. Rouse, Haas, Schell and Deering (1974): Monitoring vegetation systems in the Great Plains with ERTS. */
  ndvi: { name: 'NDVI', bands: ['B08', 'B04'], formula: difference },
  /** Dense vegetation. Huete et al. (2002), Remote Sensing of Environment 83: G = 2.5, C1 = 6, C2 = 7.5, L = 1. */
  evi: {
    name: 'EVI',
    bands: ['B08', 'B04', 'B02'],
    formula: (nir, red, blue) => (2.5 * (nir - red)) / (nir + 6 * red - 7.5 * blue + 1),
  },
  /** Vegetation over bare soil. Huete (1988), Remote Sensing of Environment 25: L = 0.5. */
  savi: {
    name: 'SAVI',
    bands: ['B08', 'B04'],
    formula: (nir, red) => (1.5 * (nir - red)) / (nir + red + 0.5),
  },
  /** The same without a constant to choose. Qi et al. (1994), Remote Sensing of Environment 48. */
  msavi2: {
    name: 'MSAVI2',
    bands: ['B08', 'B04'],
    formula: (nir, red) => (2 * nir + 1 - Math.sqrt((2 * nir + 1) ** 2 - 8 * (nir - red))) / 2,
  },
  /** Open water. McFeeters (1996), International Journal of Remote Sensing 17. */
  ndwi: { name: 'NDWI', bands: ['B03', 'B08'], formula: difference },
  /** Open water beside buildings. Xu (2006), International Journal of Remote Sensing 27. */
  mndwi: { name: 'MNDWI', bands: ['B03', 'B11'], formula: difference },
  /** Water in leaves. Wilson and Sader (2002), Remote Sensing of Environment 80; Gao (1996) with a narrower band. */
  ndmi: { name: 'NDMI', bands: ['B08', 'B11'], formula: difference },
  /** Burns. Key and Benson (2006), FIREMON: Landscape Assessment, RMRS-GTR-164. */
  nbr: { name: 'NBR', bands: ['B08', 'B12'], formula: difference },
  /** Snow. Hall, Riggs and Salomonson (1995), Remote Sensing of Environment 54. Of these bands it is the MNDWI. */
  ndsi: { name: 'NDSI', bands: ['B03', 'B11'], formula: difference },
  /** Buildings. Zha, Gao and Ni (2003), International Journal of Remote Sensing 24. */
  ndbi: { name: 'NDBI', bands: ['B11', 'B08'], formula: difference },
};

/** Of the histograms: nearly all values of every index lie between. */
export const EDGES = [-1, 1] as const;
