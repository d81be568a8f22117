import type { Document, Element } from '@xmldom/xmldom';

import { AnalysisError } from '../findings/index.ts';

const NUMBER = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?`;
const TUPLE = new RegExp(`^${NUMBER},${NUMBER}(?:,${NUMBER}?)?$`);
const KML = /^https?:\/\/(?:www\.opengis\.net\/kml\/|earth\.google\.com\/kml\/)/;
const GOOGLE = 'http://www.google.com/kml/ext/2.2';
/** Names that KML does not know and some programs write: what they mean is plain. */
const MULTIPLE = ['MultiPolygon', 'MultiLineString', 'MultiPoint'];
/** Between a placemark and its positions. */
const GEOMETRY = new Set([
  'Point',
  'LineString',
  'LinearRing',
  'outerBoundaryIs',
  'innerBoundaryIs',
  'Polygon',
  'MultiGeometry',
  'gx:Track',
  'gx:MultiTrack',
]);
const OVERLAYS = ['GroundOverlay', 'PhotoOverlay', 'ScreenOverlay'];

/** What stood in a document beside its features. */
export interface Beside {
  /** Pictures laid over the Earth, which are no features. */
  readonly overlays: number;
  /** Three-dimensional models, of which nothing is read. */
  readonly models: number;
  /** Addresses of other documents. */
  readonly links: readonly string[];
}

/**
 * Brings a KML document into the one form that the converter reads as it is meant: without prefixes, overlays, links and
 * gaps, and each position written without spaces in it.
 * @throws {AnalysisError} for a position that is none, which the converter would leave out in silence
 */
export function prepareKml(document: Document, fileName: string): Beside {
  for (const element of all(document, '*')) plainName(element);
  const pictures = OVERLAYS.flatMap((name) => all(document, name));
  const linked = all(document, 'NetworkLink');
  const links = linked.flatMap((link) =>
    all(link, 'href')
      .slice(0, 1)
      .map((href) => textOf(href)),
  );
  for (const element of [...pictures, ...linked]) element.parentNode?.removeChild(element);
  for (const name of MULTIPLE) for (const element of all(document, name)) rename(element, 'MultiGeometry');
  for (const track of all(document, 'gx:Track')) closeGaps(track);
  const fail = (text: string): never => {
    throw new AnalysisError(
      'invalid',
      `${fileName} is not valid KML: it has ${JSON.stringify(text.slice(0, 40))} where a position, longitude and latitude, belongs. Write positions as longitude,latitude with a space between two of them`,
    );
  };
  for (const element of [...all(document, 'coordinates'), ...all(document, 'gx:coord')])
    checkParents(element, fileName);
  for (const element of all(document, 'coordinates')) {
    const text = textOf(element).replaceAll(/\s*,\s*/g, ',');
    if (text !== '') for (const tuple of text.split(/\s+/)) if (!TUPLE.test(tuple)) fail(tuple);
    element.textContent = text;
  }
  for (const element of all(document, 'gx:coord')) {
    const tuple = textOf(element).replaceAll(/\s+/g, ',');
    if (!TUPLE.test(tuple)) fail(tuple);
  }
  return { overlays: pictures.length, models: all(document, 'Model').length, links: links.filter(Boolean) };
}

const all = (parent: Document | Element, name: string): Element[] => [...parent.getElementsByTagName(name)];
const textOf = (element: Element): string => (element.textContent ?? '').trim();

/** The converter knows names, not namespaces: `Placemark` and `gx:Track`, whatever prefix the file has for them. */
function plainName(element: Element): void {
  const { namespaceURI, localName } = element;
  if (localName === null || namespaceURI === null) return;
  const plain = KML.test(namespaceURI) ? localName : namespaceURI === GOOGLE ? `gx:${localName}` : null;
  if (plain === null || plain === element.tagName) return;
  Object.assign(element, { prefix: plain === localName ? null : 'gx', tagName: plain, nodeName: plain });
}

function rename(element: Element, name: string): void {
  Object.assign(element, { localName: name, tagName: name, nodeName: name });
}

/** Positions in an element that the converter does not know would be left out in silence. */
function checkParents(position: Element, fileName: string): void {
  if (textOf(position) === '') return;
  let parent = position.parentNode as Element | null;
  while (parent !== null && GEOMETRY.has(parent.tagName)) parent = parent.parentNode as Element | null;
  if (parent?.tagName === 'Placemark') return;
  throw new AnalysisError(
    'invalid',
    `${fileName} is not valid KML: it has positions in <${parent?.tagName ?? 'nothing'}>, which is no geometry of a Placemark. Write them as Point, LineString, Polygon or MultiGeometry`,
  );
}

/** A moment without a position: the track goes on from the one before to the one after. */
function closeGaps(track: Element): void {
  const [places, moments] = [all(track, 'gx:coord'), all(track, 'when')];
  for (const [index, place] of places.entries()) {
    if (textOf(place) !== '') continue;
    for (const element of [place, moments[index]])
      if (element !== undefined) element.parentNode?.removeChild(element);
  }
}

/** Prefixes that a document uses and does not declare are declared: they say nothing that is read here, but Google's. */
export function withPrefixes(text: string): string {
  const used = new Set([...text.matchAll(/<([A-Za-z_][\w.-]*):[\w.-]+/g)].map(([, prefix = '']) => prefix));
  const missing = [...used].filter((prefix) => !text.includes(`xmlns:${prefix}=`) && prefix !== 'xml');
  if (missing.length === 0) return text;
  const declared = missing.map(
    (prefix) => ` xmlns:${prefix}="${prefix === 'gx' ? GOOGLE : `urn:undeclared:${prefix}`}"`,
  );
  return text.replace(/<(?:[\w.-]+:)?kml\b/, (start) => `${start}${declared.join('')}`);
}
