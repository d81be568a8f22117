import { writeFile } from 'node:fs/promises';

import { strToU8, zipSync } from 'fflate';
import { expect, test } from 'vitest';

import { temporaryFolder } from '../../test/support/files.ts';
import { polygonShp } from '../../test/support/shapefile.ts';
import { analyse } from '../analysis/index.ts';
import { digitsOf, parseExact } from './exact-integer.ts';

const file = temporaryFolder();
const long = ['12345678901234567890', '-9007199254740993', '123456789012345678'];

test.each(long)('%s keeps its digits from JSON to JSON', (digits) => {
  const text = `{"type":"Feature","id":${digits},"properties":{"a":${digits},"b":[${digits},1.5]}}`;
  const value = parseExact(text) as { properties: { a: unknown } };
  expect(JSON.stringify(value)).toBe(text);
  expect(digitsOf(value.properties.a)).toBe(digits);
});

test('other numbers are what they are', () => {
  const text =
    '{"a":9007199254740991,"b":1234567890.1234567890123456,"c":[10.123456789012345678,1e300],"d":"12345678901234567890"}';
  expect(parseExact(text)).toEqual(JSON.parse(text));
  expect(digitsOf(5)).toBeNull();
});

test('long integers of GeoJSON are shown as they stand, and are numbers', async () => {
  const features = long.map(
    (digits, x) =>
      `{"type":"Feature","properties":{"id":${digits}},"geometry":{"type":"Point","coordinates":[${x},1]}}`,
  );
  await writeFile(file('long.geojson'), `{"type":"FeatureCollection","features":[${features.join()}]}`);
  const found = await analyse(file('long.geojson'), { fileName: 'long.geojson', fileType: 'GeoJSON' });
  expect(found.selectors?.[1]).toMatchObject({
    data_type: 'numeric',
    initial_values: long,
    maximum: Number(long[0]),
  });
  expect(found.selectors?.[1]?.histogram?.reduce((sum, count) => sum + count)).toBe(3);
  for (const digits of long) expect(found.geojson).toContain(`"id":${digits}}`);
});

test('features one after the other are told from what is no JSON at all', async () => {
  const feature = '{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[1,2]}}';
  for (const text of [`${feature}\n${feature}\n`, `\u001E${feature}\n\u001E${feature}\n`]) {
    await writeFile(file('text.geojson'), text);
    await expect(
      analyse(file('text.geojson'), { fileName: 'text.geojson', fileType: 'GeoJSON' }),
    ).rejects.toThrow(/holds one JSON text after the other, .*FeatureCollection/);
  }
});

test('long integers of a Shapefile are shown as they stand', async () => {
  const digits = '123456789012345678';
  const ring = [
    [0, 0],
    [0, 1],
    [1, 1],
    [1, 0],
    [0, 0],
  ] as [number, number][];
  const shp = polygonShp([{ rings: [ring], name: '', height: null, seen: '' }]);
  const table = Buffer.alloc(32 + 32 + 1 + 19 + 1);
  table.writeUInt8(3, 0);
  table.set([124, 1, 1], 1);
  table.writeUInt32LE(1, 4);
  table.writeUInt16LE(65, 8);
  table.writeUInt16LE(19, 10);
  table.write('ID', 32, 'latin1');
  table.write('N', 43, 'latin1');
  table.writeUInt8(18, 48);
  table.writeUInt8(13, 64);
  table.write(` ${digits}\u001A`, 65, 'latin1');
  await writeFile(file('long.zip'), zipSync({ 'x.shp': shp, 'x.dbf': table, 'x.cpg': strToU8('UTF-8') }));
  const found = await analyse(file('long.zip'), { fileName: 'long.zip', fileType: 'ESRI Shapefile' });
  expect(found.selectors?.[1]).toMatchObject({
    selector: 'ID',
    data_type: 'numeric',
    initial_values: [digits],
  });
  expect(found.geojson).toContain(`"ID":${digits}}`);
});
