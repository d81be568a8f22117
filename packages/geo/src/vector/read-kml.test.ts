import { writeFile } from 'node:fs/promises';

import { strToU8, zipSync } from 'fflate';
import { expect, test } from 'vitest';

import { temporaryFolder } from '../../test/support/files.ts';
import { analyse } from '../analysis/index.ts';
import type { Analysis, AnalysisLimits } from '../findings/index.ts';

const file = temporaryFolder();

async function analyseBytes(
  fileType: 'KML' | 'KMZ',
  bytes: Uint8Array | string,
  limits: AnalysisLimits = {},
): Promise<Analysis> {
  await writeFile(file('some'), bytes);
  return analyse(file('some'), { fileName: 'some.kml', fileType, limits });
}

function kml(...placemarks: string[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Style id="s"><LineStyle><color>ff0000ff</color></LineStyle></Style>
${placemarks.join('\n')}</Document></kml>`;
}

const point =
  '<Placemark><name>Ben</name><styleUrl>#s</styleUrl><ExtendedData><Data name="height"><value>1345</value></Data></ExtendedData><Point><coordinates>-5.0036,56.7969,1345</coordinates></Point></Placemark>';
const square =
  '<Placemark><name>Square</name><Polygon><outerBoundaryIs><LinearRing><coordinates>\n10,0,0 10,1,0\n11,1,0 11,0,0 10,0,0 </coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>';

test('placemarks become features, their data columns, without what only says how to draw them', async () => {
  const analysis = await analyseBytes('KML', kml(point, square));
  expect(analysis).toMatchObject({
    crs: 'EPSG:4326',
    points: 1,
    polygons: 1,
    publishable: false,
    bounds: [-5.0036, 0, 11, 56.7969],
  });
  expect(analysis.area).toBeCloseTo(12308778361.469, 2);
  expect(analysis.selectors?.map(({ selector }) => selector)).toEqual(['geometry', 'name', 'height']);
  // Counter-clockwise, as GeoJSON wants it.
  expect(analysis.geojson).toContain('[[[10,0],[11,0],[11,1],[10,1],[10,0]]]');
});

test('a KMZ is read by its doc.kml, wherever it lies in the archive', async () => {
  const files = {
    'files/a.kml': strToU8(kml(square)),
    'files/icon.png': new Uint8Array(100),
    'doc.kml': strToU8(kml(point)),
  };
  expect(await analyseBytes('KMZ', zipSync(files))).toMatchObject({
    points: 1,
    polygons: 0,
    warnings: ['documents of the archive that nothing links to are left out: files/a.kml'],
  });
});

test('models are left out, and that is said', async () => {
  const model =
    '<Placemark><Model><Location><longitude>10</longitude><latitude>50</latitude></Location></Model></Placemark>';
  const { points, warnings } = await analyseBytes('KML', kml(point, model, model));
  expect(points).toBe(1);
  expect(warnings).toEqual(['2 3D models are left out: nothing is read of them']);
});

test('UTF-16 and Latin-1 are read as declared', async () => {
  const text = kml(point.replace('Ben', 'Größe'));
  const wide = Buffer.from(`\uFEFF${text.replace('UTF-8', 'UTF-16')}`, 'utf16le');
  const latin = Buffer.from(text.replace('UTF-8', 'ISO-8859-1'), 'latin1');
  for (const bytes of [wide, latin])
    expect((await analyseBytes('KML', bytes)).selectors?.[1]?.initial_values).toEqual(['Größe']);
});

const laughs = `<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><kml xmlns="http://www.opengis.net/kml/2.2"><name>&b;</name></kml>`;
const outside = '<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a SYSTEM "file:///etc/passwd">]><kml>&a;</kml>';

test.each<[string, 'KML' | 'KMZ', Uint8Array | string, string, RegExp]>([
  ['entities that stand for gigabytes', 'KML', laughs, 'invalid', /declares XML entities/],
  ['an entity that stands for a file', 'KML', outside, 'invalid', /declares XML entities/],
  [
    'text that ends too early',
    'KML',
    kml(point).slice(0, 300),
    'damaged',
    /not well-formed XML near line \d+/,
  ],
  ['a NaN', 'KML', kml(point.replace('-5.0036', 'NaN')), 'invalid', /"NaN,56.7969,1345" where a position/],
  ['a latitude off the Earth', 'KML', kml(point.replace('56.7969', '156')), 'invalid', /not on Earth/],
  ['no placemark', 'KML', kml(), 'invalid', /there is nothing in it/],
  [
    'another kind of XML',
    'KML',
    '<?xml version="1.0"?><gpx></gpx>',
    'wrong_type',
    /not KML: it looks like an XML document/,
  ],
  [
    'an archive without KML',
    'KMZ',
    zipSync({ 'a.txt': new Uint8Array(3) }),
    'wrong_type',
    /holds no .kml file, but a.txt/,
  ],
  [
    'an archive that is cut off',
    'KMZ',
    zipSync({ 'doc.kml': strToU8(kml(point)) }).subarray(0, 200),
    'damaged',
    /cannot be unpacked/,
  ],
  [
    'a name that leads outside',
    'KMZ',
    zipSync({ '../doc.kml': strToU8(kml(point)) }),
    'invalid',
    /leads outside/,
  ],
  [
    'a bomb',
    'KMZ',
    zipSync({ 'doc.kml': new Uint8Array(300 * 1024 * 1024) }, { level: 1 }),
    'too_large',
    /unpacks to more than 256 MiB/,
  ],
])('%s is refused, saying why', async (_name, fileType, bytes, code, message) => {
  const error: unknown = await analyseBytes(fileType, bytes).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ name: 'AnalysisError', code });
  expect((error as Error).message).toMatch(message);
});

test('an archive that declares less than it unpacks to is refused', async () => {
  const bytes = Buffer.from(zipSync({ 'doc.kml': new Uint8Array(10_000_000) }));
  // The size in the directory at the end of the archive.
  bytes.writeUInt32LE(100, bytes.lastIndexOf('PK\u0001\u0002', undefined, 'latin1') + 24);
  await expect(analyseBytes('KMZ', bytes)).rejects.toMatchObject({ code: 'damaged' });
});

test('elements nested without end are refused', async () => {
  await expect(analyseBytes('KML', `<kml>${'<a>'.repeat(200_000)}`)).rejects.toMatchObject({
    name: 'AnalysisError',
  });
});
