import proj4 from 'proj4';

import type { Crs, Transform } from './crs.ts';

/**
 * The systems of most satellite images and of the web, for which PROJ need not be started: they have no parameters but
 * the zone's number. A test holds them against PROJ.
 */
function definitionOf(code: number): string | null {
  if (code === 3857) return 'EPSG:3857';
  const zone = code % 100;
  if (zone < 1 || zone > 60) return null;
  if (code - zone === 32600) return `+proj=utm +zone=${zone} +datum=WGS84`;
  return code - zone === 32700 ? `+proj=utm +zone=${zone} +south +datum=WGS84` : null;
}

const exact = (): number => 0;

export function builtIn(code: number): Crs | null {
  const name = `EPSG:${code}`;
  if (code === 4326) {
    const same: Transform = (x, y) => [x, y];
    return { name, code, geographic: true, toLonLat: same, fromLonLat: same, accuracyAt: exact };
  }
  const definition = definitionOf(code);
  if (definition === null) return null;
  const converter = proj4(definition, 'EPSG:4326');
  return {
    name,
    code,
    geographic: false,
    toLonLat: (x, y) => {
      if (!Number.isFinite(x + y)) return [Number.NaN, Number.NaN];
      const [lon = Number.NaN, lat = Number.NaN] = converter.forward([x, y]);
      return Math.abs(lon) <= 180 + 1e-9 && Math.abs(lat) <= 90 ? [lon, lat] : [Number.NaN, Number.NaN];
    },
    fromLonLat: (lon, lat) => {
      if (!Number.isFinite(lon + lat)) return [Number.NaN, Number.NaN];
      const [x = Number.NaN, y = Number.NaN] = converter.inverse([lon, lat]);
      return [x, y];
    },
    accuracyAt: exact,
  };
}
