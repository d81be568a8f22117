import { get as getProjection } from 'ol/proj.js';
import { register } from 'ol/proj/proj4.js';
import type Projection from 'ol/proj/Projection.js';

/** What a GeoTIFF says of its coordinate system, by the names of its keys. */
export type GeoKeys = Readonly<Record<string, unknown>>;

/** A code above this is no code: the system is described by the other keys. */
const ownSystem = 32_767;

function codeOf(keys: GeoKeys): string | undefined {
  const code = Number(keys['ProjectedCSTypeGeoKey'] ?? keys['GeographicTypeGeoKey'] ?? ownSystem);
  return code >= ownSystem ? undefined : `EPSG:${code}`;
}

/**
 * The shift from the datum of a system to WGS 84, which the tables lack: x, y and z in metres, rotations in seconds of arc,
 * scale in parts per million. As PROJ's database has them; the test holds them against PROJ.
 */
const shifts: Readonly<Record<string, string>> = {
  'EPSG:27700': '446.448,-125.157,542.06,0.15,0.247,0.842,-20.489',
  'EPSG:28992': '565.4171,50.3319,465.5524,-0.398957,0.343988,-1.877402,4.0725',
  'EPSG:31370': '-106.8686,52.2978,-103.7239,0.3366,-0.457,1.8422,-1.2747',
};

/**
 * The coordinate system of a raster for the map. EPSG:4326, EPSG:3857 and the UTM zones are known; of any other its keys
 * are turned into a definition for proj4, whose tables are loaded only then. Tables and proj4 have no grids of datum
 * shifts, and some tables are wrong: whoever takes a system from here checks where it puts the raster (`distanceFromBounds`).
 * @throws Error that says which system it is and what keeps it from the map
 */
export async function projectionOf(keys: GeoKeys, fallback: string | undefined): Promise<Projection> {
  const code = codeOf(keys);
  const known = code ?? (Object.keys(keys).length === 0 ? fallback : undefined);
  const found = known ? getProjection(known) : null;
  if (found) return found;
  if (Object.keys(keys).length === 0) throw new Error('The raster does not say where it lies');
  const definition = await definitionOf(keys);
  const name = code ?? `the raster’s own system (${definition})`;
  const { default: proj4 } = await import('proj4');
  try {
    proj4.defs(name, definition);
    register(proj4);
  } catch (error) {
    throw unknown(name, (error as Error).message);
  }
  const made = getProjection(name);
  if (!made) throw unknown(name, definition);
  return made;
}

const unknown = (name: string, why: string): Error =>
  new Error(
    `The map cannot show the coordinate system of this raster, ${name}: ${why}. Its preview stands in for it.`,
  );

/** The definition of the system that keys describe, as PROJ writes it. */
async function definitionOf(keys: GeoKeys): Promise<string> {
  const { default: tables } = await import('geotiff-geokeys-to-proj4');
  const {
    proj4: definition,
    errors,
    isGCS,
    coordinatesConversionParameters: factors,
  } = tables.toProj4(keys as never);
  const name = codeOf(keys) ?? 'one of its own';
  const faults = Object.keys(errors);
  if (faults.length > 0) throw unknown(name, `there is no definition for ${faults.join(', ')}`);
  const { x, y } = factors as { readonly x: number; readonly y: number };
  if (isGCS ? x !== 1 || y !== 1 : x !== y)
    throw unknown(name, 'its coordinates are in a unit that the map does not know');
  return [
    x === 1 ? definition : definition.replaceAll(/\+(units|to_meter)=\S+/g, ''),
    ...(x === 1 ? [] : [`+to_meter=${x}`]),
    // Which pole it is seen from is left to the latitude that is true to scale.
    ...(/\+proj=stere\b/.test(definition) && !definition.includes('+lat_0=')
      ? [`+lat_0=${definition.includes('+lat_ts=-') ? -90 : 90}`]
      : []),
    ...(shifts[name] ? [`+towgs84=${shifts[name]}`] : []),
  ].join(' ');
}
