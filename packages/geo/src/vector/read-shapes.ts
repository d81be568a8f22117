import type { Feature, Geometry } from 'geojson';
import iconv from 'iconv-lite';

import { AnalysisError } from '../findings/index.ts';
import { parseExact } from './exact-integer.ts';
import { gdalInProcess, pointerList, stringList } from '../gdal/index.ts';
import type { InProcessGdal } from '../gdal/index.ts';
import type { ReadOptions } from './read-text.ts';

/** The files of a Shapefile. */
interface Parts {
  readonly shp: Buffer;
  readonly shx: Buffer | null;
  readonly dbf: Buffer | null;
  readonly cpg: Buffer | null;
}

const FOLDER = '/shapes';
const OUTPUT = `${FOLDER}/features.json`;
const OPEN_VECTOR = 4;

/** The features of a Shapefile as GDAL reads them, in its own coordinates. @throws {AnalysisError} for a damaged one */
export async function readShapes(
  parts: Parts,
  { fileName, signal }: ReadOptions,
): Promise<Feature<Geometry | null>[]> {
  const gdal = await gdalInProcess();
  const { module, said } = gdal;
  said.length = 0;
  const written = Object.entries(parts).filter((part): part is [string, Buffer] => part[1] !== null);
  module.FS.mkdirTree(FOLDER);
  for (const [ending, bytes] of written) module.FS.writeFile(`${FOLDER}/x.${ending}`, bytes);
  try {
    const encoding = translate(gdal);
    const trouble = said.find((line) => line.startsWith('ERROR'))?.slice('ERROR '.length);
    if (encoding === null || trouble !== undefined)
      throw new AnalysisError(
        /NaN|infinite/i.test(trouble ?? '') ? 'invalid' : 'damaged',
        `${fileName} is damaged: ${(trouble ?? 'GDAL cannot read it').slice(0, 200)}. Export it again`,
      );
    signal?.throwIfAborted();
    const bytes = Buffer.from(module.FS.readFile(OUTPUT));
    const decode = decoder(encoding);
    const logical = logicalFields(parts.dbf);
    return [...linesOf(bytes)].map((line) => featureOf(line, decode, parts.dbf === null ? null : logical));
  } finally {
    for (const name of module.FS.readdir(FOLDER))
      if (!name.startsWith('.')) module.FS.unlink(`${FOLDER}/${name}`);
  }
}

/** Gives the encoding of the texts; null where GDAL fails. */
function translate({ module }: InProcessGdal): string | null {
  // As bytes: the build of GDAL cannot turn most encodings into UTF-8 itself.
  const dataset = module.ccall(
    'GDALOpenEx',
    'number',
    ['string', 'number', 'number', 'number', 'number'],
    [
      `${FOLDER}/x.shp`,
      OPEN_VECTOR,
      stringList(module, ['ESRI Shapefile']),
      stringList(module, ['ENCODING=']),
      0,
    ],
  );
  if (dataset === 0) return null;
  try {
    const info = module.ccall(
      'GDALVectorInfo',
      'string',
      ['number', 'number'],
      [dataset, optionsOf(module, 'GDALVectorInfoOptionsNew', ['-json', '-so', 'x'])],
    );
    const result = module.ccall(
      'GDALVectorTranslate',
      'number',
      ['string', 'number', 'number', 'number', 'number', 'number'],
      [
        OUTPUT,
        0,
        1,
        pointerList(module, [dataset]),
        optionsOf(module, 'GDALVectorTranslateOptionsNew', [
          '-f',
          'GeoJSONSeq',
          '-lco',
          'COORDINATE_PRECISION=15',
          // Else it takes everything to WGS 84, by what it knows of grids.
          '-a_srs',
          '',
        ]),
        0,
      ],
    );
    if (result === 0) return null;
    module.ccall('GDALClose', null, ['number'], [result]);
    return encodingIn(info);
  } finally {
    module.ccall('GDALClose', null, ['number'], [dataset]);
  }
}

function optionsOf(module: InProcessGdal['module'], name: string, words: readonly string[]): number {
  return module.ccall(name, 'number', ['number', 'number'], [stringList(module, words), 0]);
}

const USUAL = 'windows-1252';

/** What the .cpg file says, else the language driver in the table. */
function encodingIn(info: string): string {
  const { layers = [] } = JSON.parse(info) as {
    layers?: { metadata?: { SHAPEFILE?: Record<string, string> } }[];
  };
  const said = layers[0]?.metadata?.SHAPEFILE ?? {};
  const named = said['ENCODING_FROM_CPG'] ?? said['ENCODING_FROM_LDID'] ?? USUAL;
  return iconv.encodingExists(named) && !/^iso-?8859-?1$/i.test(named) ? named : USUAL;
}

const decoder =
  (encoding: string) =>
  (text: string): string =>
    iconv.decode(Buffer.from(text, 'latin1'), encoding);

function* linesOf(bytes: Buffer): Generator<string> {
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(10, at);
    const line = bytes.toString('latin1', at, end < 0 ? bytes.length : end);
    if (line.trim() !== '') yield line;
    if (end < 0) return;
    at = end + 1;
  }
}

/** @param logical names of fields that hold true or false; null for a file without a table */
function featureOf(
  line: string,
  decode: (text: string) => string,
  logical: ReadonlySet<string> | null,
): Feature<Geometry | null> {
  const { geometry, properties } = parseExact(line) as Feature<Geometry | null>;
  const columns = Object.entries((logical === null ? null : properties) ?? {}) as [string, unknown][];
  return {
    type: 'Feature',
    properties: Object.fromEntries(
      columns.map(([name, value]) => [
        decode(name),
        typeof value !== 'string' ? value : logical?.has(name) === true ? truth(value) : decode(value),
      ]),
    ),
    geometry,
  };
}

const truth = (value: string): boolean | null =>
  /^[ty]/i.test(value) ? true : /^[fn]/i.test(value) ? false : null;

/** Names as they are in the head of the table: 32 bytes a field, the kind in the twelfth. */
function logicalFields(table: Buffer | null): ReadonlySet<string> {
  const dbf = table ?? Buffer.alloc(0);
  const names = new Set<string>();
  for (let at = 32; at + 32 <= dbf.length && dbf[at] !== 0x0d; at += 32)
    if (dbf[at + 11] === 0x4c) names.add(dbf.toString('latin1', at, at + 11).replace(/\0.*$/s, ''));
  return names;
}
