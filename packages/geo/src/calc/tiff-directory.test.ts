import { fromArrayBuffer } from 'geotiff';
import type { GeoTIFF } from 'geotiff';
import { expect, test } from 'vitest';

import { longTag, shortTag, tiffDirectories } from './tiff-directory.ts';

async function offsets(lengths: number[][], big: boolean): Promise<[GeoTIFF, number[][]]> {
  const tags = [longTag(256, 700), longTag(257, 500), shortTag(258, 8), longTag(322, 512), longTag(323, 512)];
  const images = lengths.map((tileLengths) => ({ tags, tileLengths }));
  const header = tiffDirectories(images, big);
  const tiff = await fromArrayBuffer(new Uint8Array(header).buffer);
  const found = await Promise.all(
    lengths.map(async (_, index) => {
      const { fileDirectory } = await tiff.getImage(index);
      return Array.from((await fileDirectory.loadValue('TileOffsets')) as ArrayLike<number>, Number);
    }),
  );
  return [tiff, found.map((each) => each.map((offset) => (offset === 0 ? 0 : offset - header.length)))];
}

test.each([false, true])('tiles of the smallest image come first; BigTIFF: %s', async (big) => {
  const [tiff, found] = await offsets([[10, 0, 30, 5], [7, 8], [3]], big);
  expect(tiff.bigTiff).toBe(big);
  expect(found).toEqual([[18, 0, 28, 58], [3, 10], [0]]);
});

test('a file of more than 4 GB becomes a BigTIFF', async () => {
  const [tiff, [first]] = await offsets([[3_000_000_000, 3_000_000_000]], false);
  expect(tiff.bigTiff).toBe(true);
  expect(first).toEqual([0, 3_000_000_000]);
});
