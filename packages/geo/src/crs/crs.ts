export type Transform = (x: number, y: number) => [number, number];

/** A coordinate reference system whose coordinates can be turned into WGS 84 longitude and latitude and back. */
export interface Crs {
  /** `EPSG:4326` and the like; what its description calls it when it has no code. */
  readonly name: string;
  readonly code: number | null;
  /** Coordinates are angles: degrees in nearly all of them. */
  readonly geographic: boolean;
  /** Coordinates are in the order x, y: east before north. Not a number where there is no such place. */
  readonly toLonLat: Transform;
  readonly fromLonLat: Transform;
  /**
   * Metres within which a position near a place is put where it is, by PROJ without grids; null where nothing ties the
   * system to WGS 84, and its own longitudes and latitudes are taken for those of WGS 84.
   */
  readonly accuracyAt: (lon: number, lat: number) => number | null;
}

/** What a definition turned out to be. */
export type CrsReading =
  | { readonly kind: 'earth'; readonly crs: Crs }
  /** A system of another planet, of a building site or of heights alone: it names no place on Earth. */
  | { readonly kind: 'elsewhere'; readonly name: string; readonly what: string }
  /** Nothing that PROJ knows. */
  | { readonly kind: 'unknown' };

/** Reads `EPSG:27700`, `urn:ogc:def:crs:EPSG::27700`, `.../def/crs/EPSG/0/27700` and the forms of CRS84; null for anything else. */
export function epsgCodeOf(name: string): number | null {
  const text = name.trim();
  if (/(^|[:/])CRS:?84$/i.test(text)) return 4326;
  const match =
    /^(?:urn:(?:x-)?ogc:def:crs:)?EPSG:(?:[\d.]*:)?(\d{4,6})$/i.exec(text) ??
    /\/EPSG\/[\d.]+\/(\d{4,6})$/i.exec(text);
  return match === null ? null : Number(match[1]);
}
