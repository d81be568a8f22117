import type { Feature, FeatureCollection, Geometry } from 'geojson';
import { open } from 'shapefile';
import type { Source } from 'shapefile';

import { withZip } from '../archives/index.ts';
import type { Zip, ZipEntry } from '../archives/index.ts';
import type { Crs } from '../crs/index.ts';
import { crsOf } from '../crs/index.ts';
import { AnalysisError } from '../findings/index.ts';
import { crsOfPrjFile } from './read-crs.ts';
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
    const encoding = await readEncoding(zip, beside('.cpg'));
    const table = beside('.dbf');
    const bytes = { shp: await zip.read(shp), dbf: table && (await zip.read(table)) };
    if (bytes.shp.length < 100 || bytes.shp.readInt32BE(0) !== 9994)
      throw new AnalysisError(
        'damaged',
        `${fileName} is damaged: ${shp.name} does not begin as a Shapefile does. Export it again`,
      );
    if (bytes.shp.readInt32BE(24) * 2 > bytes.shp.length)
      throw new AnalysisError('damaged', `${fileName} is damaged: ${shp.name} is cut off. Export it again`);
    try {
      const source = await open(bytes.shp, bytes.dbf, { encoding });
      return { crs, collection: { type: 'FeatureCollection', features: await features(source, options) } };
    } catch (cause) {
      if (cause instanceof AnalysisError || signal?.aborted === true) throw cause;
      throw new AnalysisError(
        'damaged',
        `${fileName} is damaged: ${(cause as Error).message}. Export it again`,
        { cause },
      );
    }
  });
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

/** The code page that a .cpg file names, `UTF-8` or `1252`; ESRI's own default without one. */
async function readEncoding(zip: Zip, cpg: ZipEntry | undefined): Promise<string> {
  if (cpg === undefined) return 'windows-1252';
  const named = (await zip.read(cpg)).toString('latin1').trim();
  for (const label of [named, `windows-${named.replace(/\D/g, '')}`, `iso-8859-${named.slice(-1)}`])
    try {
      return new TextDecoder(label).encoding;
    } catch {
      // Another spelling of it perhaps.
    }
  return 'windows-1252';
}

async function features(
  source: Source<Feature>,
  { fileName, limits, signal }: ReadOptions,
): Promise<Feature<Geometry | null>[]> {
  const found: Feature<Geometry | null>[] = [];
  for (;;) {
    const { done, value } = await source.read();
    if (done) return found;
    signal?.throwIfAborted();
    if (found.length >= limits.maxFeatures)
      throw new AnalysisError(
        'too_large',
        `${fileName} has more than ${limits.maxFeatures} features. Split it`,
      );
    found.push({ ...value, properties: mapped(value.properties) });
  }
}

/** Dates come as midnight of this machine's time zone; a date has none. */
function mapped(properties: Feature['properties']): Feature['properties'] {
  return Object.fromEntries(
    Object.entries(properties ?? {}).map(([name, value]: [string, unknown]) => [
      name,
      value instanceof Date ? day(value) : value,
    ]),
  );
}

function day(date: Date): string | null {
  if (Number.isNaN(date.getTime())) return null;
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
