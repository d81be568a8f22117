import type { FeatureCollection, Geometry } from 'geojson';

import { withZip } from '../archives/index.ts';
import type { Zip, ZipEntry } from '../archives/index.ts';
import type { Crs } from '../crs/index.ts';
import { crsOf } from '../crs/index.ts';
import { AnalysisError } from '../findings/index.ts';
import { crsOfPrjFile } from './read-crs.ts';
import { readShapes } from './read-shapes.ts';
import { listed } from './read-kml.ts';
import type { ReadOptions } from './read-text.ts';

export interface ShapefileContent {
  readonly crs: Crs;
  /** In the file's own coordinates. */
  readonly collection: FeatureCollection<Geometry | null>;
}

/** The features of the one Shapefile in a ZIP archive without folders. */
export async function readShapefile(path: string, options: ReadOptions): Promise<ShapefileContent> {
  const { fileName, limits, signal } = options;
  return withZip(path, { fileName, maxBytes: limits.maxVectorBytes, signal }, async (zip) => {
    const shp = theOne(zip.entries, fileName);
    const beside = (ending: string): ZipEntry | undefined =>
      zip.entries.find(
        ({ name }) => name.toLowerCase() === `${shp.name.slice(0, -4)}${ending}`.toLowerCase(),
      );
    const crs = await readCrs(zip, beside('.prj'), fileName);
    const bytes = await zip.read(shp);
    if (bytes.length < 100 || bytes.readInt32BE(0) !== 9994)
      throw new AnalysisError(
        'damaged',
        `${fileName} is damaged: ${shp.name} does not begin as a Shapefile does. Export it again`,
      );
    if (bytes.readInt32BE(24) * 2 > bytes.length)
      throw new AnalysisError('damaged', `${fileName} is damaged: ${shp.name} is cut off. Export it again`);
    checkShapes(bytes, options);
    const read = async (ending: string): Promise<Buffer | null> => {
      const entry = beside(ending);
      return entry === undefined ? null : zip.read(entry);
    };
    const parts = { shp: bytes, shx: await read('.shx'), dbf: await read('.dbf'), cpg: await read('.cpg') };
    signal?.throwIfAborted();
    return { crs, collection: { type: 'FeatureCollection', features: await readShapes(parts, options) } };
  });
}

const MULTIPATCH = 31;

/** What GDAL would read whatever it takes: how many shapes and positions there are, and of what kind. */
function checkShapes(shp: Buffer, { fileName, limits }: ReadOptions): void {
  if (shp.readInt32LE(32) === MULTIPATCH)
    throw new AnalysisError(
      'unsupported',
      `${fileName} holds multipatches, surfaces in three dimensions, which are not read here. Convert them to polygons (in ArcGIS: Multipatch Footprint) and export again`,
    );
  let [records, positions] = [0, 0];
  for (let at = 100; at + 12 <= shp.length;) {
    const length = shp.readInt32BE(at + 4) * 2;
    const found = positionsOf(shp, at + 8, length);
    if (found === null)
      throw new AnalysisError(
        'damaged',
        `${fileName} is damaged: record ${records + 1} declares more than it holds. Export it again`,
      );
    for (let place = found.from; place < found.from + found.count * 16; place += 16) {
      const [x, y] = [shp.readDoubleLE(place), shp.readDoubleLE(place + 8)];
      if (!Number.isFinite(x) || !Number.isFinite(y))
        throw new AnalysisError(
          'invalid',
          `${fileName} is not a valid Shapefile: record ${records + 1} has [${x},${y}] where a position, two numbers, belongs`,
        );
    }
    positions += found.count;
    records += 1;
    at += 8 + length;
  }
  if (records > limits.maxFeatures)
    throw new AnalysisError(
      'too_large',
      `${fileName} has more than ${limits.maxFeatures} features. Split it`,
    );
  if (positions > limits.maxVertices)
    throw new AnalysisError(
      'too_large',
      `${fileName} has more than ${limits.maxVertices} positions. Simplify it or split it`,
    );
}

/** Where the positions of a record lie; null where it declares more than it holds. */
function positionsOf(shp: Buffer, at: number, length: number): { from: number; count: number } | null {
  const end = at + length;
  if (length < 4 || end > shp.length) return null;
  const kind = shp.readInt32LE(at) % 10;
  if (kind === 0) return { from: at, count: 0 };
  if (kind === 1) return length < 20 ? null : { from: at + 4, count: 1 };
  const lines = kind === 3 || kind === 5;
  if (length < (lines ? 44 : 40)) return null;
  const count = shp.readInt32LE(at + (lines ? 40 : 36));
  const from = lines ? at + 44 + 4 * shp.readInt32LE(at + 36) : at + 40;
  return count >= 0 && from >= at && from + count * 16 <= end ? { from, count } : null;
}

function theOne(entries: readonly ZipEntry[], fileName: string): ZipEntry {
  const found = entries.filter(({ name }) => name.toLowerCase().endsWith('.shp'));
  const [shp] = found;
  if (shp === undefined)
    throw new AnalysisError(
      'wrong_type',
      `${fileName} is not an ESRI Shapefile: it holds no .shp file, but ${listed(entries)}. Choose the type that fits`,
    );
  if (found.length > 1)
    throw new AnalysisError(
      'invalid',
      `${fileName} holds ${found.length} Shapefiles (${listed(found)}); one is accepted. Pack each of its own`,
    );
  if (shp.name.includes('/'))
    throw new AnalysisError(
      'invalid',
      `${fileName} holds its Shapefile in a folder (${shp.name.slice(0, 60)}). Pack the files without their folder`,
    );
  return shp;
}

async function readCrs(zip: Zip, prj: ZipEntry | undefined, fileName: string): Promise<Crs> {
  // Without a word about it degrees are assumed; what is not degrees is refused later, position and all.
  if (prj === undefined) return crsOf(4326) as Crs;
  return crsOfPrjFile((await zip.read(prj)).toString('utf8').replace(/^\uFEFF/, ''), fileName);
}
