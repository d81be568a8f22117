import geodesy from 'geographiclib-geodesic';

const wgs84 = geodesy.Geodesic.WGS84;

/** Metres between two points given in degrees, on the WGS 84 ellipsoid (Karney, doi:10.1007/s00190-012-0578-z). */
export function distance(a: readonly number[], b: readonly number[]): number {
  const [lonA = 0, latA = 0] = a;
  const [lonB = 0, latB = 0] = b;
  return wgs84.Inverse(latA, lonA, latB, lonB, geodesy.Geodesic.DISTANCE).s12 ?? 0;
}

export function lineLength(line: readonly (readonly number[])[]): number {
  let sum = 0;
  for (let index = 1; index < line.length; index++) sum += distance(line[index - 1] ?? [], line[index] ?? []);
  return sum;
}

/** Square metres inside a closed ring of points in degrees, whichever way it runs. */
export function ringArea(ring: readonly (readonly number[])[]): number {
  const polygon = wgs84.Polygon(false);
  for (const [lon = 0, lat = 0] of ring.slice(0, -1)) polygon.AddPoint(lat, lon);
  return Math.abs(polygon.Compute(false, true).area ?? 0);
}
