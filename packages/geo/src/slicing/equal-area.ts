/** First eccentricity of the WGS 84 ellipsoid. */
const e = Math.sqrt(0.00669437999014);
/** Square kilometres to one unit of q by one degree of longitude: half the square of the equatorial radius, in radians. */
const km2OfUnit = ((6378.137 ** 2 / 2) * Math.PI) / 180;
/** Simpson's rule over so many degrees of latitude is exact to 1e-12. */
const step = 0.25;

/**
 * The q of the authalic latitude: longitude and q are coordinates in which equal areas of the WGS 84 ellipsoid are equal
 * (the cylindrical equal-area projection, but for a constant factor).
 * @see Snyder, Map Projections: A Working Manual (1987), equation 3-12
 */
export function authalicQ(latitude: number): number {
  const s = Math.sin((latitude * Math.PI) / 180);
  const es = e * s;
  return (1 - e * e) * (s / (1 - es * es) + Math.atanh(es) / e);
}

/** The mean of q along an edge that is straight in longitude and latitude. */
export function meanQ(from: number, to: number): number {
  const pieces = Math.max(1, Math.ceil(Math.abs(to - from) / step));
  const length = (to - from) / pieces;
  let sum = 0;
  for (let piece = 0; piece < pieces; piece += 1) {
    const start = from + length * piece;
    sum += authalicQ(start) + 4 * authalicQ(start + length / 2) + authalicQ(start + length);
  }
  return sum / (6 * pieces);
}

/** Square kilometres of an area in degrees of longitude by q. */
export const toKm2 = (area: number): number => area * km2OfUnit;
