import { kml } from '@tmcw/togeojson';
import { DOMParser } from '@xmldom/xmldom';
import type { Document } from '@xmldom/xmldom';
import type { Feature, FeatureCollection, Geometry } from 'geojson';

import { withZip } from '../archives/index.ts';
import { AnalysisError } from '../findings/index.ts';
import { linkedEntry, MOST_DOCUMENTS } from './linked-kml.ts';
import { prepareKml, withPrefixes } from './prepare-kml.ts';
import { decodeText, readAll } from './read-text.ts';
import type { ReadOptions } from './read-text.ts';

/** How Google Earth is to draw it, which says nothing of the thing itself. */
const STYLING = /^(style(Url|Hash|MapHash)|(stroke|fill|icon|label)(-.+)?|visibility|coordinateProperties)$/;

/** What KML holds, in longitude and latitude. */
export interface KmlContent {
  readonly collection: FeatureCollection<Geometry | null>;
  /** What was left out, and why. */
  readonly warnings: readonly string[];
}

/** The features of a KML document. What it links to is not fetched. @throws {AnalysisError} */
export async function readKml(path: string, options: ReadOptions): Promise<KmlContent> {
  const content = new Content(options.fileName);
  content.outside.push(...content.add(await readAll(path, 'KML', options)));
  return content.end();
}

/** The features of the first KML document in a KMZ archive, and of those in it that it links to. @throws {AnalysisError} */
export async function readKmz(path: string, options: ReadOptions): Promise<KmlContent> {
  const { fileName, limits, signal } = options;
  return withZip(path, { fileName, maxBytes: limits.maxVectorBytes, signal }, async ({ entries, read }) => {
    const first =
      entries.find(({ name }) => name === 'doc.kml') ??
      entries.find(({ name }) => name.toLowerCase().endsWith('.kml'));
    if (first === undefined)
      throw new AnalysisError(
        'wrong_type',
        `${fileName} is not KMZ: it holds no .kml file, but ${listed(entries)}. Choose the type that fits`,
      );
    const content = new Content(fileName);
    const byName = new Map(entries.map((entry) => [entry.name, entry]));
    const found = new Set([first.name]);
    for (const name of found) {
      const entry = byName.get(name);
      if (entry === undefined) continue;
      if (found.size > MOST_DOCUMENTS)
        throw new AnalysisError(
          'too_large',
          `${fileName} links more than ${MOST_DOCUMENTS} documents together. Split it`,
        );
      for (const link of content.add(await read(entry))) {
        const next = linkedEntry(link, name, new Set(byName.keys()));
        if (next === null || !next.toLowerCase().endsWith('.kml')) content.outside.push(link);
        else found.add(next);
      }
    }
    for (const { name } of entries)
      if (/\.kml$/i.test(name) && !found.has(name) && !/(^|\/)(__MACOSX\/|\._)/.test(name))
        content.unlinked.push(name);
    return content.end();
  });
}

/** Gathers what several documents hold. */
class Content {
  /** Links that lead out of the file. */
  readonly outside: string[] = [];
  /** Documents of the archive that no other links to. */
  readonly unlinked: string[] = [];
  readonly #fileName: string;
  readonly #features: Feature<Geometry | null>[] = [];
  #overlays = 0;
  #models = 0;

  constructor(fileName: string) {
    this.#fileName = fileName;
  }

  /** Gives what the document links to. */
  add(bytes: Uint8Array): readonly string[] {
    const document = parse(bytes, this.#fileName);
    const { overlays, models, links } = prepareKml(document, this.#fileName);
    this.#overlays += overlays;
    this.#models += models;
    for (const feature of kml(document).features) this.#features.push(plain(feature));
    return links;
  }

  end(): KmlContent {
    const [link] = this.outside;
    const where = link === undefined ? '' : JSON.stringify(link.slice(0, 100));
    const more = this.outside.length > 1 ? ` and ${this.outside.length - 1} more` : '';
    if (this.#features.length === 0 && link !== undefined)
      throw new AnalysisError(
        'invalid',
        `${this.#fileName} holds nothing but a link to ${where}${more}, and links are not followed. Download what it leads to, and upload that`,
      );
    if (this.#features.length === 0 && this.#overlays > 0)
      throw new AnalysisError(
        'invalid',
        `${this.#fileName} holds nothing but overlays, pictures laid over the Earth, which are no features. Draw the region as a polygon`,
      );
    const pictures = this.#overlays === 1 ? 'an overlay is' : `${this.#overlays} overlays are`;
    return {
      collection: { type: 'FeatureCollection', features: this.#features },
      warnings: [
        ...(this.#overlays > 0 ? [`${pictures} left out: a picture laid over the Earth is no feature`] : []),
        ...(this.#models > 0
          ? [
              `${this.#models === 1 ? 'a 3D model is' : `${this.#models} 3D models are`} left out: nothing is read of them`,
            ]
          : []),
        ...(this.unlinked.length > 0
          ? [
              `documents of the archive that nothing links to are left out: ${listed(this.unlinked.map((name) => ({ name })))}`,
            ]
          : []),
        ...(link === undefined ? [] : [`what it links to is left out: ${where}${more}`]),
      ],
    };
  }
}

/** Names of the files in an archive, for a message. */
export function listed(entries: readonly { readonly name: string }[]): string {
  const names = entries.slice(0, 3).map(({ name }) => name.slice(0, 60));
  if (names.length === 0) return 'nothing at all';
  return entries.length > 3 ? `${names.join(', ')} and ${entries.length - 3} more` : names.join(', ');
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
    }).parseFromString(withPrefixes(text), 'text/xml');
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
