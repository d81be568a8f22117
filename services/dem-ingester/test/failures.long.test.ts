import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { closedPort } from '../../../e2e/support/closed-port.ts';
import { serveArchive } from './support/archive.ts';
import type { Tile } from './support/archive.ts';
import { box, ingest } from './support/run.ts';
import { heightAt, makeTile, readImage } from './support/tiles.ts';

let folder: string;
let tile: Tile;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dem-tiles-'));
  tile = await makeTile(folder, 100, 100);
});
afterAll(() => rm(folder, { recursive: true }));

const region = box(0.1201, 0.8201, 0.1299, 0.8299);

async function expectWhole(path: string): Promise<void> {
  const { values, width, height } = await readImage(path);
  expect([width, height]).toEqual([10, 10]);
  expect(values[0]).toBe(heightAt(120, 170));
  expect(values[99]).toBe(heightAt(129, 179));
}

test('an archive that is down is named', async () => {
  await using closed = await closedPort();
  const archive = `http://127.0.0.1:${closed.port}`;
  const { code, log, outcome, status } = await ingest({ region, archive });
  const notices = [1, 2, 3, 4].map((n) => `Cannot reach ${new URL(archive).host}: trying again, ${n} of 4`);
  expect(log.split('\n').filter((line) => line.startsWith('Cannot reach'))).toEqual(notices);
  expect(status.comment).toBe(notices.at(-1));
  expect(code).toBe(1);
  expect(outcome.exit_type).toBe('transient');
  expect(outcome.abort_reason).toMatch(`The elevation archive at ${archive} cannot be reached: `);
  expect(outcome.abort_reason).toMatch('ECONNREFUSED');
  expect(outcome.abort_reason).toMatch(/set FUSION_DEM_STAC_URL to the sample archive or another one$/);
});

test('an archive that keeps answering an error is named with its status', async () => {
  const archive = await serveArchive([tile]);
  archive.fail('/search', 503, 503, 503, 503, 503);
  const { log, outcome } = await ingest({ region, archive: archive.url });
  expect(outcome).toMatchObject({
    success: false,
    exit_type: 'transient',
    abort_reason: `The elevation archive at ${archive.url} answers 503 Service Unavailable`,
  });
  expect(log).toContain(`${new URL(archive.url).host} answers 503: trying again, 1 of 4`);
});

test('an archive that is something else is named', async () => {
  const archive = await serveArchive([tile]);
  const { outcome } = await ingest({ region, archive: `${archive.url}/elsewhere` });
  expect(outcome).toMatchObject({
    exit_type: 'refused',
    abort_reason: `The elevation archive at ${archive.url}/elsewhere has no collection "hills"`,
  });
});

test('a region over no tile is refused with where, which collection and which archive', async () => {
  const archive = await serveArchive([tile]);
  const { code, outcome } = await ingest({ region: box(-30.5, 40, -30.25, 40.1), archive: archive.url });
  expect(code).toBe(1);
  expect(outcome).toMatchObject({
    success: false,
    exit_type: 'refused',
    abort_reason:
      'There is no elevation data for the region (longitude -30.5 to -30.25, latitude 40 to 40.1): ' +
      `no tile of the collection "hills" in the archive ${archive.url} covers any of it`,
  });
});

test('more pixels than are made at once are refused', async () => {
  const archive = await serveArchive([tile]);
  const { outcome } = await ingest({
    region: box(0.1, 0.7, 0.3, 0.9),
    archive: archive.url,
    options: { resolution: 1 },
  });
  expect(outcome.exit_type).toBe('refused');
  expect(outcome.abort_reason).toMatch(
    /^The region is too large: \d+ x \d+ pixels, and at most 200000000 are made at once\. Give a coarser resolution or a smaller region$/,
  );
});

test.each(['/collections/hills', '/search', '/files/'])(
  'one error of the server at %s is got over',
  async (at) => {
    const archive = await serveArchive([tile]);
    archive.fail(at, 500);
    const { outcome, output } = await ingest({ region, archive: archive.url });
    expect(outcome).toMatchObject({ success: true, abort_reason: null });
    await expectWhole(output);
  },
);

test('a stream that is cut off once is got over', async () => {
  const archive = await serveArchive([tile]);
  archive.fail('/files/', 'cut');
  const { outcome, output } = await ingest({ region, archive: archive.url });
  expect(outcome).toMatchObject({ success: true, abort_reason: null });
  await expectWhole(output);
});

test('a tile that the archive lists but does not serve is named', async () => {
  const archive = await serveArchive([tile]);
  archive.fail('/files/', 403);
  const { outcome } = await ingest({ region, archive: archive.url });
  expect(outcome).toMatchObject({
    exit_type: 'error',
    abort_reason:
      'A tile of the elevation archive cannot be read: ' +
      `the server answers 403: ${archive.url}/files/${basename(tile.path)}`,
  });
});

test('a region on both sides of the antimeridian is refused, not taken for the whole Earth', async () => {
  const archive = await serveArchive([tile]);
  const sides = [box(179.8, -17, 180, -16.7), box(-180, -17, -179.8, -16.7)];
  const { code, outcome } = await ingest({
    region: {
      type: 'MultiPolygon',
      coordinates: sides.flatMap((side) => (side.type === 'Polygon' ? [side.coordinates] : [])),
    },
    archive: archive.url,
    options: { resolution: 1000, crs: 'utm' },
  });
  expect([code, outcome.exit_type]).toEqual([1, 'refused']);
  expect(outcome.abort_reason).toMatch(/both sides of the antimeridian.*execute a process for each side$/);
  expect(archive.requests).toEqual([]);
});
