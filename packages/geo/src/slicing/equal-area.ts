import type { Position } from 'geojson';

/** First eccentricity of the WGS 84 ellipsoid. */
const e = Math.sqrt(0.00669437999014);

/**
 * The q of the authalic latitude: longitude and q are coordinates in which equal areas of the WGS 84 ellipsoid are equal
 * (the cylindrical equal-area projection, but for a constant factor).
 * @see Snyder, Map Projections: A Working Manual (1987), equation 3-12
 */
export function authalicQ(latitude: number): number {
  const s = Math.sin((latitude * Math.PI) / 180);
  const es = e * s;
  return (1 - e * e) * (s / (1 - es * es) - Math.log((1 - es) / (1 + es)) / (2 * e));
}

/** The area within a ring in equal-area coordinates, positive when counter-clockwise. In units of no meaning but to compare. */
export function equalArea(ring: readonly Position[]): number {
  let sum = 0;
  for (let index = 0; index + 1 < ring.length; index += 1) {
    const [x1 = 0, y1 = 0] = ring[index]!;
    const [x2 = 0, y2 = 0] = ring[index + 1]!;
    sum += (x2 - x1) * (authalicQ(y1) + authalicQ(y2));
  }
  return -sum / 2;
}
