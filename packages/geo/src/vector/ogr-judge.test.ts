import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

import type { FeatureCollection, Geometry } from 'geojson';
import { describe, expect, test } from 'vitest';

import { temporaryFolder } from '../../test/support/files.ts';
import { nativeAbsent } from '../../test/support/gdal.ts';
import { defaultLimits } from '../findings/index.ts';
import { readKml } from './read-kml.ts';

const file = temporaryFolder();
const run = promisify(execFile);
const options = (fileName: string) => ({ fileName, size: 1000, limits: defaultLimits });

const placemark = (inside: string, name = 'A'): string =>
  `<Placemark><name>${name}</name>${inside}</Placemark>`;
const ring = (x: number, y: number, side: number): string =>
  `<LinearRing><coordinates>${x},${y} ${x + side},${y}\n ${x + side},${y + side},12.5 ${x},${y + side} ${x},${y}</coordinates></LinearRing>`;
const polygon = (x: number): string =>
  `<Polygon><outerBoundaryIs>${ring(x, 50, 2)}</outerBoundaryIs><innerBoundaryIs>${ring(x + 0.5, 50.5, 0.5)}</innerBoundaryIs></Polygon>`;
const line = '<LineString><coordinates>-1,2,3 4,-5,6\t7.25,8e0</coordinates></LineString>';
const point = '<Point><coordinates>-4.25,55.86</coordinates></Point>';
const kml = (inside: string, attributes = 'xmlns="http://www.opengis.net/kml/2.2"'): string =>
  `<?xml version="1.0" encoding="UTF-8"?><kml ${attributes}><Document>${inside}</Document></kml>`;

const documents: Readonly<Record<string, string>> = {
  'a point, a line and a polygon with a hole': kml(
    placemark(point) + placemark(line) + placemark(polygon(3)),
  ),
  'folders within folders': kml(
    `<Folder><name>One</name>${placemark(point)}<Folder><name>Two</name>${placemark(polygon(1))}</Folder></Folder>`,
  ),
  'geometries of several kinds in one': kml(
    placemark(`<MultiGeometry>${point}${polygon(1)}${line}</MultiGeometry>`),
  ),
  'several polygons in one': kml(placemark(`<MultiGeometry>${polygon(1)}${polygon(5)}</MultiGeometry>`)),
  'names that KML does not know': kml(
    placemark(`<MultiPolygon>${polygon(1)}</MultiPolygon>`) +
      placemark(`<MultiLineString>${line}</MultiLineString>`) +
      placemark(`<MultiPoint>${point}</MultiPoint>`),
  ),
  'a ring by itself': kml(placemark(ring(1, 2, 3))),
  'the older name space of Google': kml(placemark(polygon(3)), 'xmlns="http://earth.google.com/kml/2.1"'),
  'no name space at all': kml(placemark(polygon(3)), ''),
  'styles, text in CDATA and entities': kml(
    `<Style id="s"><LineStyle><color>ff0000ff</color></LineStyle></Style>${placemark(`<styleUrl>#s</styleUrl><description><![CDATA[<b>A & B</b>]]></description>${point}`, 'Gr&#246;&#223;e &amp; &lt;co&gt;')}`,
  ),
};

/** Each position of a geometry, in longitude and latitude. */
function positions(geometry: Geometry | null): string[] {
  if (geometry === null) return [];
  return geometry.type === 'GeometryCollection'
    ? geometry.geometries.flatMap(positions)
    : walk(geometry.coordinates);
}
function walk(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  if (typeof value[0] === 'number') return [`${value[0].toFixed(9)} ${Number(value[1]).toFixed(9)}`];
  return value.flatMap(walk);
}

const summary = ({ features }: FeatureCollection<Geometry | null>): unknown[] =>
  features.map(({ geometry, properties }) => ({
    name: properties?.['name'] ?? properties?.['Name'],
    // OGR has the same positions once or twice less where it closes or winds a ring otherwise: as a set they are the same.
    positions: [...new Set(positions(geometry))].toSorted(),
  }));

describe.skipIf(nativeAbsent)('KML is read as OGR reads it (skipped without GDAL)', () => {
  test.each(Object.entries(documents))('%s', async (_, text) => {
    await writeFile(file('some.kml'), text);
    const ours = await readKml(file('some.kml'), options('some.kml'));
    const { stdout: layers } = await run('ogrinfo', ['-ro', '-q', file('some.kml')]);
    const theirs: unknown[] = [];
    for (const [, layer = ''] of layers.matchAll(/^(?:Layer|\d+): (.*?)(?: \([^()]*\))?$/gm)) {
      const { stdout } = await run('ogr2ogr', ['-f', 'GeoJSON', '/vsistdout/', file('some.kml'), layer]);
      theirs.push(...summary(JSON.parse(stdout) as FeatureCollection));
    }
    expect(theirs.length).toBeGreaterThan(0);
    expect(summary(ours.collection)).toEqual(theirs);
  });
});

test.each([
  ['Curve', placemark(`<Curve>${line}</Curve>`)],
  ['Document', point],
])('positions in <%s> are no feature, and are not left out in silence', async (name, inside) => {
  await writeFile(file('lost.kml'), kml(placemark(point) + inside));
  await expect(readKml(file('lost.kml'), options('lost.kml'))).rejects.toThrow(
    `it has positions in <${name}>, which is no geometry of a Placemark`,
  );
});
