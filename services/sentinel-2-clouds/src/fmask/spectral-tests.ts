/** Reflectances at the top of the atmosphere, 0 to 1. */
export interface Reflectances {
  /** B02 */
  readonly blue: number;
  /** B03 */
  readonly green: number;
  /** B04 */
  readonly red: number;
  /** B08 */
  readonly nir: number;
  /** B10 */
  readonly cirrus: number;
  /** B11 */
  readonly swir1: number;
  /** B12 */
  readonly swir2: number;
}

export const [CLEAR_LAND, CLEAR_WATER, CLOUD_LAND, CLOUD_WATER, CIRRUS_LAND, CIRRUS_WATER] = [
  0, 1, 2, 3, 4, 5,
] as const;

export interface Tested {
  /** Whether it may be cloud, and over what. Cirrus is what the cirrus band alone shows. */
  readonly kind: 0 | 1 | 2 | 3 | 4 | 5;
  /** How probable a cloud is; above 1 where several signs come together. */
  readonly probability: number;
}

/**
 * The potential-cloud tests of Fmask without those that need a thermal band, which Sentinel-2 has not: Zhu and Woodcock
 * (2012), Remote Sensing of Environment 118, equations 1, 2, 3, 4, 5, 10 and 15; with the cirrus band and without
 * temperatures as in Zhu, Wang and Woodcock (2015), Remote Sensing of Environment 159.
 */
export function testPixel({ blue, green, red, nir, cirrus, swir1, swir2 }: Reflectances): Tested {
  const ndvi = ratio(nir, red);
  const ndsi = ratio(green, swir1);
  const visible = (blue + green + red) / 3;
  const whiteness =
    (Math.abs(blue - visible) + Math.abs(green - visible) + Math.abs(red - visible)) /
    Math.max(visible, 1e-9);
  const basic = swir2 > 0.03 && ndsi < 0.8 && ndvi < 0.8;
  // The haze optimised transformation: clouds and haze are bluer than land.
  const hazy = blue - 0.5 * red - 0.08 > 0;
  // Bright rock and desert reflect more in the short-wave infrared.
  const bright = nir > 0.75 * swir1;
  const seen = basic && whiteness < 0.7 && hazy && bright;
  const high = cirrus > 0.01;
  const water = (ndvi < 0.01 && nir < 0.11) || (ndvi < 0.1 && nir < 0.05);
  const own = water ? Math.min(swir1, 0.11) / 0.11 : 1 - Math.max(Math.abs(ndvi), Math.abs(ndsi), whiteness);
  const probability = Math.max(0, own + cirrus / 0.04);
  if (seen) return { kind: water ? CLOUD_WATER : CLOUD_LAND, probability };
  if (high) return { kind: water ? CIRRUS_WATER : CIRRUS_LAND, probability };
  return { kind: water ? CLEAR_WATER : CLEAR_LAND, probability };
}

function ratio(a: number, b: number): number {
  return a + b > 0 ? (a - b) / (a + b) : 0;
}
