import { kml } from '@tmcw/togeojson';
import { DOMParser } from '@xmldom/xmldom';
import type { Document } from '@xmldom/xmldom';
import type { Feature, FeatureCollection, Geometry } from 'geojson';

import { withZip } from '../archives/index.ts';
import { AnalysisError } from '../findings/index.ts';
import { decodeText, readAll } from './read-text.ts';
import type { ReadOptions } from './read-text.ts';

const NUMBER = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?`;
const TUPLE = new RegExp(`^${NUMBER},${NUMBER}(?:,${NUMBER}?)?$`);
/** How Google Earth is to draw it, which says nothing of the thing itself. */
const STYLING = /^(style(Url|Hash|MapHash)|(stroke|fill|icon|label)(-.+)?|visibility|coordinateProperties)$/;

/** The features of a KML document in longitude and latitude. What it links to elsewhere is not fetched. */
export async function readKml(
  path: string,
  options: ReadOptions,
): Promise<FeatureCollection<Geometry | null>> {
  return featuresOf(await readAll(path, 'KML', options), options.fileName);
}

/** The features of the first KML document in a KMZ archive. */
export async function readKmz(
  path: string,
  options: ReadOptions,
): Promise<FeatureCollection<Geometry | null>> {
  const { fileName, limits, signal } = options;
  return withZip(path, { fileName, maxBytes: limits.maxVectorBytes, signal }, async ({ entries, read }) => {
    const document =
      entries.find(({ name }) => name === 'doc.kml') ??
      entries.find(({ name }) => name.toLowerCase().endsWith('.kml'));
    if (document === undefined)
      throw new AnalysisError(
        'wrong_type',
        `${fileName} is not KMZ: it holds no .kml file, but ${listed(entries)}. Choose the type that fits`,
      );
    return featuresOf(await read(document), fileName);
  });
}

/** Names of the files in an archive, for a message. */
export function listed(entries: readonly { readonly name: string }[]): string {
  const names = entries.slice(0, 3).map(({ name }) => name.slice(0, 60));
  if (names.length === 0) return 'nothing at all';
  return entries.length > 3 ? `${names.join(', ')} and ${entries.length - 3} more` : names.join(', ');
}

function featuresOf(bytes: Uint8Array, fileName: string): FeatureCollection<Geometry | null> {
  const document = parse(bytes, fileName);
  checkNumbers(document, fileName);
  const { features } = kml(document);
  return { type: 'FeatureCollection', features: features.map(plain) };
}

function parse(bytes: Uint8Array, fileName: string): Document {
  // The declaration is in ASCII whatever the encoding that it names.
  const declared = /^.{0,64}encoding=["']([\w.-]+)["']/s.exec(
    Buffer.from(bytes.subarray(0, 128)).toString('latin1'),
  );
  const text = decodeText(bytes, known(declared?.[1]));
  if (text === null)
    throw new AnalysisError(
      'damaged',
      `${fileName} is not text in the encoding that it declares. Export it as UTF-8`,
    );
  if (text.includes('<!ENTITY'))
    throw new AnalysisError(
      'invalid',
      `${fileName} declares XML entities, which are not read here: a few lines of them can stand for gigabytes. Export it without a DOCTYPE`,
    );
  try {
    return new DOMParser({
      onError: (level, message) => {
        if (level !== 'warning') throw new Error(message);
      },
    }).parseFromString(text, 'text/xml');
  } catch (cause) {
    if (cause instanceof RangeError) throw cause;
    const { message, locator } = cause as Error & { locator?: { lineNumber?: number } };
    const line = locator?.lineNumber === undefined ? '' : ` near line ${locator.lineNumber}`;
    throw new AnalysisError(
      'damaged',
      `${fileName} is not well-formed XML${line}: ${message.slice(0, 200)}. Export it again`,
      { cause },
    );
  }
}

function known(label = 'utf-8'): string {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return 'utf-8';
  }
}

/** The converter leaves out what is no number, and would take the next one for it. */
function checkNumbers(document: Document, fileName: string): void {
  const fail = (text: string): never => {
    throw new AnalysisError(
      'invalid',
      `${fileName} is not valid KML: it has ${JSON.stringify(text.slice(0, 40))} where a position, longitude and latitude, belongs`,
    );
  };
  for (const element of document.getElementsByTagNameNS('*', 'coordinates')) {
    const text = (element.textContent ?? '').replaceAll(/\s*,\s*/g, ',').trim();
    if (text !== '') for (const tuple of text.split(/\s+/)) if (!TUPLE.test(tuple)) fail(tuple);
  }
  for (const element of document.getElementsByTagNameNS('*', 'coord')) {
    const tuple = (element.textContent ?? '').trim().replaceAll(/\s+/g, ',');
    if (tuple !== '' && !TUPLE.test(tuple)) fail(tuple);
  }
}

/** A feature with the columns that a table would show. */
function plain({ geometry, properties, id }: Feature<Geometry | null>): Feature<Geometry | null> {
  const columns = Object.entries(properties ?? {})
    .filter(([name]) => !STYLING.test(name))
    .map(([name, value]): [string, unknown] => [name, isHtml(value) ? value.value : value]);
  return {
    type: 'Feature',
    ...(id === undefined ? {} : { id }),
    properties: Object.fromEntries(columns),
    geometry,
  };
}

function isHtml(value: unknown): value is { value: string } {
  return typeof value === 'object' && value !== null && '@type' in value && value['@type'] === 'html';
}
