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

/**
 * Square metres inside a closed ring of points in degrees, whichever way it runs. An edge is straight in longitude
 * and latitude, as GeoJSON has it: one over several degrees of longitude follows them, not the shortest way.
 */
export function ringArea(ring: readonly (readonly number[])[]): number {
  const polygon = wgs84.Polygon(false);
  let [integral, west, east] = [0, Infinity, -Infinity];
  for (let index = 1; index < ring.length; index++) {
    const [fromLon = 0, fromLat = 0] = ring[index - 1] ?? [];
    const [lon = 0, lat = 0] = ring[index] ?? [];
    [west, east] = [Math.min(west, lon), Math.max(east, lon)];
    const pieces = Math.max(1, Math.ceil(Math.abs(lon - fromLon) - 1e-9));
    const [stepLon, stepLat] = [(lon - fromLon) / pieces, (lat - fromLat) / pieces];
    for (let piece = 1; piece <= pieces; piece++) {
      const latitude = fromLat + stepLat * piece;
      polygon.AddPoint(latitude, fromLon + stepLon * piece);
      const sum =
        areaToEquator(latitude - stepLat) +
        4 * areaToEquator(latitude - stepLat / 2) +
        areaToEquator(latitude);
      integral += (sum / 6) * stepLon;
    }
  }
  // Of what is wider than half the world the polygon cannot tell inside from outside.
  return Math.abs(east - west > 180 ? integral : (polygon.Compute(false, true).area ?? 0));
}

/** Square metres between the equator and a parallel, for each degree of longitude (Snyder 1987, Map Projections, 3-12). */
function areaToEquator(latitude: number): number {
  const sine = Math.sin((latitude * Math.PI) / 180);
  const e = Math.sqrt(wgs84.f * (2 - wgs84.f));
  const b = wgs84.a * (1 - wgs84.f);
  return (((b * b) / 2) * (sine / (1 - e * e * sine * sine) + Math.atanh(e * sine) / e) * Math.PI) / 180;
}
