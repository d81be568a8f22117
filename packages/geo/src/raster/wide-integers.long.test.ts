import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

import { describe, expect, test } from 'vitest';

import { temporaryFolder } from '../../test/support/files.ts';
import { nativeAbsent } from '../../test/support/gdal.ts';
import { analyse } from '../analysis/index.ts';
import { readCogWindow } from '../index.ts';
import { serveRanges } from '../../test/support/range-server.ts';
import { wideNodata } from './wide-integers.ts';
import { writeGeoTiff } from './write-geotiff.ts';

const file = temporaryFolder();
const run = promisify(execFile);
const [WIDTH, HEIGHT] = [40, 30];
const MOST = 2n ** 53n - 1n;

/** A GeoTIFF of 64-bit integers: bits written as floating-point numbers, and called integers afterwards. */
async function wide(
  name: string,
  values: BigInt64Array | BigUint64Array,
  nodata: number | null = null,
): Promise<string> {
  const path = file(name);
  const data = new Float64Array(values.buffer);
  const bounds = [4, 50, 4.4, 50.3] as const;
  await writeGeoTiff(path, { width: WIDTH, height: HEIGHT, bounds, crs: 'EPSG:4326', data, nodata });
  const bytes = await readFile(path);
  const sampleFormat = bytes.indexOf(Buffer.from([0x53, 1, 3, 0, 1, 0, 0, 0, 3, 0]));
  expect(sampleFormat).toBeGreaterThan(0);
  bytes[sampleFormat + 8] = values instanceof BigInt64Array ? 2 : 1;
  await writeFile(path, bytes);
  return path;
}

const look = async (path: string) =>
  await analyse(path, {
    fileName: 'wide.tif',
    fileType: 'GeoTIFF',
    previewPath: file('preview.png'),
    alternativePath: file('alternative.tif'),
  });

/** Whole numbers far apart, with holes. */
const signed = BigInt64Array.from({ length: WIDTH * HEIGHT }, (_, at) =>
  at % 7 === 0 ? -9999n : BigInt(at % 11) * 123_456_789_012_345n - 5n,
);

test('integers in 64 bits have the statistics that their exact values have', async () => {
  const found = await look(await wide('signed.tif', signed, -9999));
  const counted = [...signed].filter((value) => value !== -9999n);
  const [band] = found.selectors!;
  expect(band).toMatchObject({
    data_type: 'int64',
    nodata: '-9999',
    minimum: Number(counted.reduce((a, b) => (a < b ? a : b))),
    maximum: Number(counted.reduce((a, b) => (a > b ? a : b))),
    initial_values: counted.slice(0, band!.initial_values!.length).map(String),
  });
  const mean = Number(counted.reduce((a, b) => a + b)) / counted.length;
  expect(band!.mean! / mean).toBeCloseTo(1, 12);
  expect(band!.histogram!.reduce((a, b) => a + b)).toBe(counted.length);
  expect(found).toMatchObject({ publishable: false, preview: true, alternative: { fileType: 'GeoTIFF' } });
  expect(found.stac.bands).toMatchObject([{ dataType: 'int64', nodata: -9999 }]);
});

test('their other form gives each value as it stands', async () => {
  await look(await wide('as-it-stands.tif', signed, -9999));
  const { url } = await serveRanges(file('alternative.tif'));
  const window = await readCogWindow({ url, bounds: [4, 50, 4.4, 50.3] });
  expect([...window!.data].map(BigInt)).toEqual([...signed]);
  expect(window!.nodata).toBe(-9999);
});

async function withOne(value: bigint): Promise<string> {
  const values = new BigInt64Array(WIDTH * HEIGHT);
  values[3 * WIDTH + 17] = value;
  return await wide('limit.tif', values);
}

test.each([
  ['largest', MOST],
  ['smallest', -MOST],
])('the %s integer that a number holds apart from others is read', async (_, value) => {
  const { selectors } = await look(await withOne(value));
  expect([selectors![0]!.minimum, selectors![0]!.maximum]).toContain(Number(value));
});

test.each([
  ['the next', 2n ** 53n],
  ['one that has no number of its own', 2n ** 53n + 1n],
  ['the least of 64 bits', -(2n ** 63n)],
])('an integer beyond, %s, is refused with its pixel', async (_, value) => {
  await expect(look(await withOne(value))).rejects.toThrow(
    /^wide\.tif holds an integer of about -?9[.\de+]+ in band 1, at column 17 and row 3 \(counted from 0\): beyond 2\^53/,
  );
});

test('unsigned ones are not taken for negative ones', async () => {
  const values = new BigUint64Array(WIDTH * HEIGHT).fill(5n);
  const { selectors } = await look(await wide('unsigned.tif', values));
  expect(selectors![0]).toMatchObject({ data_type: 'uint64', minimum: 5, maximum: 5 });
  values[1] = 2n ** 64n - 1n;
  await expect(look(await wide('unsigned.tif', values))).rejects.toThrow(
    /about 18446744073709552000.*column 1 and row 0/,
  );
});

test('a number for no value that cannot be told from others is refused', () => {
  expect(wideNodata('-9999', 'a.tif')).toBe(-9999);
  expect(wideNodata(undefined, 'a.tif')).toBeUndefined();
  expect(() => wideNodata('-9223372036854775808', 'a.tif')).toThrow(
    /a\.tif holds integers in 64 bits, with -9223372036854775808 for no value/,
  );
});

describe.skipIf(nativeAbsent)('as GDAL finds them (skipped where GDAL is absent)', () => {
  test('the statistics of integers in 64 bits', async () => {
    const path = await wide('judged.tif', signed, -9999);
    const quiet = ['--config', 'GDAL_PAM_ENABLED', 'NO'];
    const { stdout } = await run('gdalinfo', ['-json', '-stats', ...quiet, path]);
    const { bands } = JSON.parse(stdout) as {
      bands: { type: string; metadata: Record<string, Record<string, string>> }[];
    };
    const [{ type, metadata }] = bands as [(typeof bands)[number]];
    const [band] = (await look(path)).selectors!;
    expect(type).toBe('Int64');
    const theirs = ['MINIMUM', 'MAXIMUM', 'MEAN', 'STDDEV'].map((name) =>
      Number(metadata['']![`STATISTICS_${name}`]),
    );
    const ours = [band!.minimum, band!.maximum, band!.mean, band!.sd];
    for (const [at, number] of theirs.entries()) expect(ours[at]! / number).toBeCloseTo(1, 9);
  });
});
