import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';

import { beforeAll, expect, test } from 'vitest';

import { temporaryFolder } from '../../test/support/files.ts';
import { terrain } from '../../test/support/terrain.ts';
import { writeGeoTiff } from '../raster/index.ts';
import { analyse, analyseInChild } from './index.ts';
import type { Analysis } from '../findings/index.ts';

const file = temporaryFolder();
const image = { fileName: 'image.tif', fileType: 'GeoTIFF' };

beforeAll(async () => {
  await writeGeoTiff(file('small.tif'), terrain(50, 40));
  await writeGeoTiff(file('large.tif'), terrain(4000, 4000));
});

test('the child finds what this process finds', async () => {
  const found = await analyseInChild(file('small.tif'), { ...image, previewPath: file('small.png') });
  expect(found).toEqual(await analyse(file('small.tif'), { ...image, previewPath: file('again.png') }));
  expect(existsSync(file('small.png'))).toBe(true);
});

test('what the child refuses is refused here in the same words', async () => {
  await writeFile(file('bad.json'), '{');
  const refused = analyseInChild(file('bad.json'), { fileName: 'bad.json', fileType: 'GeoJSON' });
  await expect(refused).rejects.toMatchObject({
    name: 'AnalysisError',
    code: 'wrong_type',
    message: expect.stringContaining('line 1, column 2') as string,
  });
});

test("a file that is not there is our fault, not the file's", async () => {
  await expect(analyseInChild(file('none.tif'), image)).rejects.toThrow(/ENOENT/);
});

test('the child is stopped at its time limit', async () => {
  const late = analyseInChild(file('large.tif'), {
    ...image,
    previewPath: file('late.png'),
    timeoutSeconds: 0.01,
  });
  await expect(late).rejects.toMatchObject({ code: 'timed_out' });
  expect(existsSync(file('late.png'))).toBe(false);
});

test('the child is stopped at its memory limit', async () => {
  const text = JSON.stringify({
    type: 'MultiPoint',
    coordinates: Array.from({ length: 600_000 }, (_, index) => [index / 10_000, 1]),
  });
  await writeFile(file('many.json'), text);
  const greedy = analyseInChild(file('many.json'), {
    fileName: 'many.json',
    fileType: 'GeoJSON',
    memoryMb: 70,
  });
  await expect(greedy).rejects.toMatchObject({
    code: 'too_large',
    message: expect.stringContaining('70 MiB') as string,
  });
});

test('the child is stopped at its limit of disk, with the tools that it started', async () => {
  const bulky = analyseInChild(file('large.tif'), {
    ...image,
    previewPath: file('bulky.png'),
    alternativePath: file('bulky.tif'),
    diskMb: 1,
  });
  await expect(bulky).rejects.toMatchObject({
    code: 'too_large',
    message: expect.stringContaining('1 MiB of disk') as string,
  });
  expect([existsSync(file('bulky.png')), existsSync(file('bulky.tif'))]).toEqual([false, false]);
});

test('the child ends when the caller no longer waits', async () => {
  const controller = new AbortController();
  const analysing = analyseInChild(file('large.tif'), { ...image, signal: controller.signal });
  controller.abort(new Error('no longer'));
  await expect(analysing).rejects.toThrow('no longer');
});

async function analyseBytes(fileType: string, bytes: Uint8Array): Promise<Analysis> {
  await writeFile(file('some'), bytes);
  return analyse(file('some'), { fileName: 'some', fileType });
}

test.each([
  ['ZIP', Buffer.from('PK\u0003\u0004')],
  ['GZIP', [0x1f, 0x8b, 8]],
  ['PDF', Buffer.from('%PDF-1.7')],
  ['Other', [0, 1, 2, 3]],
])('a file that begins as %s does is stored with its size', async (fileType, bytes) => {
  const analysis = await analyseBytes(fileType, Uint8Array.from(bytes));
  expect(analysis).toMatchObject({ size: bytes.length, publishable: true, selectors: null });
});

test('a well of brackets is refused', async () => {
  await expect(analyseBytes('GeoJSON', Buffer.from('['.repeat(100_000)))).rejects.toMatchObject({
    name: 'AnalysisError',
    code: 'invalid',
    message: 'some is nested too deeply to be read: flatten it',
  });
});

test.each([
  ['PNG', Buffer.from('GIF89a'), /not PNG: it looks like plain text/],
  ['KML', Buffer.from('<?xml version="1.0"?><gpx/>'), /not KML: it looks like an XML document/],
  ['KMZ', Buffer.from('<kml/>'), /not KMZ: it looks like KML/],
  ['CSV', Buffer.from([0, 1, 2, 3]), /not CSV: it looks like binary data/],
  ['DEM', Buffer.from('II*\0'), /cannot be read as a GeoTIFF/],
  ['GeoJSON', Buffer.from('%PDF-1'), /not GeoJSON: it looks like a PDF document/],
  ['GeoJSON', Buffer.from('SQLite format 3\0'), /a GeoPackage perhaps.*export one layer as GeoJSON/],
])('a file called %s that does not begin so is refused', async (fileType, bytes, message) => {
  await expect(analyseBytes(fileType, bytes)).rejects.toThrow(message);
});
