import type { InProcessGdal } from '../../gdal/index.ts';
import type { Crs, Transform } from '../crs.ts';
import { accuracyOf } from './operations.ts';
import type { Accuracies } from './operations.ts';
import type { Described } from './wkt.ts';

const USING = 'PROJ: Using coordinate operation ';

/** One direction between two systems. `used` is the name of the operation that PROJ took last, where it had a choice. */
interface Conversion {
  readonly apply: Transform;
  readonly used: () => string | null;
}

/** Handles of two systems in GDAL; null where PROJ knows no way from one to the other. */
export function conversion({ module, said }: InProcessGdal, from: number, to: number): Conversion | null {
  const handle = module.ccall('OCTNewCoordinateTransformation', 'number', ['number', 'number'], [from, to]);
  if (handle === 0) return null;
  const place = module._malloc(24);
  let used: string | null = null;
  return {
    used: () => used,
    apply: (x, y) => {
      said.length = 0;
      module.HEAPF64.set([x, y, 0], place / 8);
      const done = module._OCTTransform(handle, 1, place, place + 8, place + 16) === 1;
      for (const line of said) if (line.startsWith(USING)) used = line.slice(USING.length);
      const [lon = Number.NaN, lat = Number.NaN] = module.HEAPF64.subarray(place / 8, place / 8 + 2);
      return done && Number.isFinite(lon) && Number.isFinite(lat) ? [lon, lat] : [Number.NaN, Number.NaN];
    },
  };
}

interface Parts {
  readonly gdal: InProcessGdal;
  readonly handle: number;
  readonly world: number;
  readonly described: Described;
  readonly known: Accuracies;
}

/** Null where PROJ knows no way to the Earth. */
export function systemOf({ gdal, handle, world, described, known }: Parts): Crs | null {
  const there = conversion(gdal, handle, world);
  if (there === null) return null;
  const { name, code, geographic, degrees } = described;
  let back: Conversion | null | undefined;
  const fromLonLat: Transform = (lon, lat) => {
    back ??= conversion(gdal, world, handle);
    return back?.apply(lon, lat) ?? [Number.NaN, Number.NaN];
  };
  return {
    name: code === null ? name : `EPSG:${code}`,
    code,
    geographic,
    toLonLat: within(geographic ? 1e4 : 1e9, geographic ? inTurnWith(there.apply, degrees) : there.apply),
    fromLonLat,
    accuracyAt: (lon, lat) => {
      there.apply(...fromLonLat(lon, lat));
      const used = there.used();
      return used === null ? accuracyOfOnly(described, known) : accuracyOf(used, known);
    },
  };
}

/** No system of the Earth has coordinates as large as that; PROJ makes some place or other of them. */
function within(largest: number, apply: Transform): Transform {
  return (x, y) => (Math.abs(x) < largest && Math.abs(y) < largest ? apply(x, y) : [Number.NaN, Number.NaN]);
}

/** PROJ brings longitudes between -180 and 180; those of a file go on beyond the antimeridian. */
function inTurnWith(apply: Transform, degrees: number): Transform {
  return (x, y) => {
    const [lon, lat] = apply(x, y);
    return [lon + 360 * Math.round((x * degrees - lon) / 360), lat];
  };
}

const WORLD = 4326;

/**
 * Where PROJ has but one way it does not name it: it leads there at once, or by way of one other system. Parameters that
 * a file gives itself are taken at their word.
 */
function accuracyOfOnly({ base, bound }: Described, { between }: Accuracies): number | null {
  if (bound || base === WORLD) return 0;
  const from = between.get(`EPSG:${base}`);
  const world = `EPSG:${WORLD}`;
  const direct = from?.get(world);
  if (direct !== undefined) return direct;
  const ways = [...(from ?? [])].map(([hub, metres]) => metres + (between.get(hub)?.get(world) ?? Infinity));
  const best = Math.min(...ways);
  return Number.isFinite(best) ? best : null;
}
