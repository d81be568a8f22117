import { readFile } from 'node:fs/promises';

import { decode } from 'fast-png';
import { expect, test } from 'vitest';

import { readImage } from './support/rasters.ts';
import { box, ingest } from './support/run.ts';
import { serveScenes, within } from './support/scenes.ts';
import type { MadeScene } from './support/scenes.ts';

/** Its pixels lie on whole multiples of 10 m and 20 m, as the producer's do. */
const scene: MadeScene = {
  id: 'S2A_30UVG_20260601_0_L2A',
  date: '2026-06-01',
  west: 420_000,
  north: 6_190_000,
  red: (column, row) => 1000 + 10 * column + row,
};
const region = box(...within(scene, 100));

test.each([
  ['with GDAL as it is found', process.env['PATH'] ?? ''],
  ['with GDAL in WebAssembly', ''],
])('pixels that lie on the grid of the zone keep their values, %s', async (_, path) => {
  const archive = await serveScenes(scene);
  const { outcome, band } = await ingest({ region, archive, path, options: { clip: false } });
  expect(outcome).toMatchObject({
    success: true,
    abort_reason: 'The images have no band B01, B02, B03, B05, B06, B07, B08, B09, B11, B12',
  });
  const red = await readImage(band('B04'));
  expect(red).toMatchObject({ pixel: 10, epsg: 32630, nodata: 0, band: 'Red' });
  const [west = 0, , , north = 0] = red.bounds;
  const [left, top] = [(west - scene.west) / 10, (scene.north - north) / 10];
  const expected = Array.from(
    red.values,
    (_value, at) => 1000 + 10 * (left + (at % red.width)) + top + Math.floor(at / red.width),
  );
  expect([...red.values]).toEqual(expected);
  expect(await readImage(band('B8A'))).toMatchObject({ pixel: 20, band: 'Narrow near infrared' });
  expect(await readImage(band('SCL'))).toMatchObject({ pixel: 20, band: 'Scene classification' });
});

test('classes that are not kept are masked, in the bands and not in the classification', async () => {
  const archive = await serveScenes({ ...scene, class: (column) => (column < 15 ? 9 : 4) });
  const { band } = await ingest({ region, archive, options: { mask: true, clip: false } });
  const [red, infrared, classes] = await Promise.all(
    ['B04', 'B8A', 'SCL'].map((name) => readImage(band(name))),
  );
  for (const image of [red, infrared])
    for (const [at, value] of (image?.values ?? []).entries()) {
      const x = (image?.bounds[0] ?? 0) + ((at % (image?.width ?? 1)) + 0.5) * (image?.pixel ?? 0);
      expect(value > 0).toBe(x > scene.west + 300);
    }
  expect(new Set(classes?.values)).toEqual(new Set([9, 4]));
  const kept = await ingest({ region, archive, options: { mask: true, mask_classes: ' 9 ', clip: false } });
  const inverse = await readImage(kept.band('B04'));
  expect(inverse.values.every((value, at) => (value === 0) !== (red?.values[at] === 0))).toBe(true);
});

test('pixels belong to the region when their middle does; others are no data', async () => {
  const archive = await serveScenes(scene);
  const [west, south, east, north] = within(scene, 100);
  const triangle = {
    type: 'Polygon' as const,
    coordinates: [
      [
        [west, south],
        [east, south],
        [east, north],
        [west, south],
      ],
    ],
  };
  const { band } = await ingest({ region: triangle, archive });
  const { values } = await readImage(band('B04'));
  const inside = values.filter((value) => value > 0).length;
  expect(inside / values.length).toBeGreaterThan(0.4);
  expect(inside / values.length).toBeLessThan(0.55);
});

test('where scenes overlap the day itself comes before others, and newer processing before older', async () => {
  const other = { ...scene, west: scene.west + 300, properties: { 's2:processing_baseline': '02.14' } };
  const archive = await serveScenes(
    { ...scene, red: 1111, properties: { 's2:processing_baseline': '03.01' } },
    { ...other, id: 'older', red: 2222 },
    { ...scene, id: 'day-before', date: '2026-05-31', red: 3333 },
  );
  const wide = box(...within({ west: scene.west + 150, north: scene.north }, 100));
  const { band, log } = await ingest({ region: wide, archive, options: { clip: false } });
  const { values, metadata, width } = await readImage(band('B04'));
  expect(new Set(values)).toEqual(new Set([1111, 2222]));
  expect([values[0], values[width - 1]]).toEqual([1111, 2222]);
  expect(metadata).toMatchObject({
    ACQUISITION_DATE: '2026-06-01',
    SOURCE_ITEMS: 'S2A_30UVG_20260601_0_L2A, older',
  });
  expect(log).toMatch('Taking 2026-06-01, which covers 100 % of the region');
});

test('only the tiles that are asked for are taken', async () => {
  const archive = await serveScenes(
    { ...scene, red: 1111, date: '2026-06-03', id: 'other', cell: '30UWG' },
    { ...scene, red: 2222 },
  );
  const { band } = await ingest({ region, archive, options: { only_mgrs_cells: 't30uvg, 31UCT' } });
  expect(new Set((await readImage(band('B04'))).values)).toEqual(new Set([0, 2222]));
  const none = await ingest({ region, archive, options: { only_mgrs_cells: '31UCT' } });
  expect(none.outcome.exit_type).toBe('no_data');
  expect(none.outcome.abort_reason).toMatch(
    /^There is no image of the region \(longitude .*, tiles 31UCT\) in/,
  );
});

test('bands of no data are made where that is asked for', async () => {
  const archive = await serveScenes(scene);
  const options = { latest_date: false, start_date: '2024-01-01T00:00:00.000Z', error_no_image: false };
  const { outcome, band, preview } = await ingest({ region, archive, options });
  expect(outcome.success).toBe(true);
  expect(outcome.abort_reason).toMatch(
    /^There is no image of the region .* on 2024-01-01 or up to 5 days from there in/,
  );
  for (const [name, pixel] of [
    ['B04', 10],
    ['B11', 20],
    ['B01', 60],
    ['SCL', 20],
  ] as const) {
    const image = await readImage(band(name));
    expect([image.pixel, image.nodata, new Set(image.values)]).toEqual([pixel, 0, new Set([0])]);
  }
  const { data } = decode(await readFile(preview));
  expect(new Set(data)).toEqual(new Set([0]));
});

test('of the bands those that are asked for come, and the classification with them', async () => {
  const archive = await serveScenes(scene);
  const { outcome, log } = await ingest({ region, archive, options: { bands: 'b4, B8A' } });
  expect(outcome).toMatchObject({ success: true, abort_reason: null });
  expect(outcome.outputs?.[0]?.files.map(({ name }) => name)).toEqual(['SCL.tif', 'B04.tif', 'B8A.tif']);
  expect(log).toMatch('The preview is empty: it is drawn from B04, B03, B02');
  const wrong = await ingest({ region, archive, options: { bands: 'B04,B10' } });
  expect(wrong.outcome).toMatchObject({ success: false, exit_type: 'refused' });
  expect(wrong.outcome.abort_reason).toMatch(/^bands must be of SCL, B01, B02.*, and "B10" is none$/);
});
