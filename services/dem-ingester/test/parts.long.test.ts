import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { serveArchive } from './support/archive.ts';
import { box, ingest } from './support/run.ts';
import { heightAt, makeTile, readImage, realAbsent, realTile } from './support/tiles.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dem-parts-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('pixels of the margin come from the next tile as well', async () => {
  const tiles = [await makeTile(folder, 100, 100), await makeTile(folder, 200, 100)];
  const archive = await serveArchive(tiles);
  // It ends on the seam of the tiles.
  const region = box(0.18, 0.82, 0.2, 0.84);
  const { output } = await ingest({ region, archive: archive.url, options: { margin: 2 } });
  const { values, width, height, origin } = await readImage(output);
  expect([width, height]).toEqual([24, 24]);
  expect(origin[0]).toBeCloseTo(0.178, 9);
  expect(origin[1]).toBeCloseTo(0.842, 9);
  const expected = Float32Array.from(values, (_, index) =>
    heightAt(178 + (index % width), 158 + Math.floor(index / width)),
  );
  expect(values).toEqual(expected);
  const projected = { resolution: 200, crs: 'utm', margin: 1 } as const;
  const utm = await ingest({ region: box(0.12, 0.82, 0.18, 0.88), archive: archive.url, options: projected });
  const image = await readImage(utm.output);
  expect([image.width, image.height]).toEqual([36, 36]);
  expect(Math.min(...image.values)).toBeGreaterThan(200);
});

test.skipIf(realAbsent)(
  'slices of a region (needs ../shared/data) take from a lent folder what others have read',
  async () => {
    const archive = await serveArchive([realTile]);
    const environment = {
      FUSION_BLOCK_CACHE: join(folder, 'blocks'),
      FUSION_BLOCK_CACHE_MB: '100',
      FUSION_S3_HOSTS: new URL(archive.url).host,
    };
    // The outer ones touch the blocks of the one between them.
    const read: [number, number][] = [];
    for (const west of [6.5, 6.6, 6.55]) {
      const before = archive.requests.length;
      const region = box(west, 0.2, west + 0.09, 0.3);
      const { outcome, status } = await ingest({ region, archive: archive.url, environment });
      expect(outcome).toMatchObject({ success: true });
      expect(status.transfer.internal).toBe(0);
      const asked = archive.requests.slice(before).filter((line) => line.includes('/files/'));
      read.push([asked.length, status.transfer.s3]);
    }
    const [first, , last] = read;
    expect(first?.[1]).toBeGreaterThan(1_000_000);
    // Its answer says whether the file is still the same.
    expect(last?.[0]).toBe(1);
    expect(last?.[1]).toBeLessThan(70_000);
  },
);
