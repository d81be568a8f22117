import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { writeGeoTiff } from '@fusion-platform/geo';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { openTestPlatform } from '../testing/test-platform.ts';
import type { TestPlatform } from '../testing/test-platform.ts';
import { claim, releaseClaim, releaseOwnClaims } from './claim.ts';
import type { Context } from './context.ts';
import { isFaultOfContent } from './faults.ts';

let platform: TestPlatform;
let context: Context;

beforeAll(async () => {
  platform = await openTestPlatform({ analyse: false });
  context = { database: platform.database, nodeId: 'here' } as Context;
});

afterAll(async () => await platform.close());

test('a platform that starts again analyses what was cut off, and drops what never came', async () => {
  const { data, database, organisation } = platform;
  const content = JSON.stringify({ type: 'Point', coordinates: [1, 2] });
  const id = await platform.upload('point.geojson', 'GeoJSON', content);
  // As platforms leave it that were killed in the middle, each of which had begun.
  for (let kill = 0; kill < 10; kill++) {
    expect(await claim(context, 'analysis')).toMatchObject({ data_id: id, analysis_tries: kill + 1 });
    expect(await claim(context, 'analysis')).toBeUndefined();
    await releaseOwnClaims(context);
  }
  const { id: other } = await data.create(organisation, { name: 'Never' });
  const announced = await data.addFile(organisation, other!, { name: 'never.csv', file_type: 'CSV' });
  const recent = await data.addFile(organisation, other!, { name: 'perhaps.csv', file_type: 'CSV' });
  await database.queries.execute(
    sql`update data_files set created_at = clock_timestamp() - interval '3 days' where id = ${announced.file}`,
  );
  await mkdir(join(platform.folder, 'analysis', 'left'), { recursive: true });
  await data.start();
  expect(await platform.analysed(id)).toMatchObject([{ points: 1, publishable: true }]);
  const { list } = await data.listFiles(organisation, other!, {});
  expect(list.map(({ file_id }) => file_id)).toEqual([recent.file]);
  await data.close();
  expect(await readdir(join(platform.folder, 'analysis'))).toEqual([]);
});

test('a try that the platform itself ends is not counted, and the file that waits least often tried comes first', async () => {
  const ids = [];
  for (const name of ['one', 'two']) ids.push(await platform.upload(`${name}.geojson`, 'GeoJSON', '{}'));
  const first = await claim(context, 'analysis');
  await releaseClaim(context, first!.id);
  expect(await claim(context, 'analysis')).toMatchObject({ id: first!.id, analysis_tries: 1 });
  await releaseOwnClaims(context);
  expect(await claim(context, 'analysis')).toMatchObject({ data_id: ids[1] });
  await releaseOwnClaims(context);
});

test('a full disk or an absent database is not the fault of a file', () => {
  const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
  expect(isFaultOfContent(new Error('wrapped', { cause: full }), { storing: false })).toBe(false);
  expect(isFaultOfContent(new TypeError('x is undefined'), { storing: false })).toBe(true);
  expect(isFaultOfContent(new Error('connection terminated'), { storing: true })).toBe(false);
  expect(isFaultOfContent(Object.assign(new Error('bad'), { code: '22P05' }), { storing: true })).toBe(true);
});

test('ingesters that were cut off run once the platform is there again', async () => {
  const { data, database } = platform;
  const path = join(platform.folder, 'image.tif');
  const values = Float32Array.from({ length: 60 * 40 }, (_, index) => (index % 60 < 30 ? -1 : index % 7));
  await writeGeoTiff(path, {
    width: 60,
    height: 40,
    bounds: [0, 0, 6, 4],
    crs: 'EPSG:4326',
    nodata: -1,
    data: values,
  });
  const id = await platform.upload('image.tif', 'GeoTIFF', await readFile(path));
  await data.start();
  const [file] = await platform.analysed(id);
  expect(file).toMatchObject({ number_of_ingesters: 1 });
  expect(Object.keys(file!.ingesters as object)).toEqual(['outline']);
  await data.close();
  // As the row of a large file is left by platforms that were killed while its ingesters ran.
  await database.queries.execute(
    sql`update data_files set number_of_ingesters = 2, ingesters = '{}', geojson = null,
          ingesters_waiting = '["statistics", "outline"]', selectors = '[{"selector": "band_1", "mean": 5}]'
        where data_id = ${id}`,
  );
  for (let kill = 0; kill < 10; kill++) {
    expect(await claim(context, 'ingesters')).toMatchObject({ data_id: id });
    await releaseOwnClaims(context);
  }
  await data.start();
  const extended = await platform.extended(id);
  expect(extended).toMatchObject([
    {
      number_of_ingesters: 2,
      ingesters: { statistics: { exact: true }, outline: { bounds: [3, 0, 6, 4] } },
      selectors: [{ selector: 'band_1', minimum: 0, maximum: 6, histogram_maximum: 6 }],
      stac_item: { bbox: [3, 0, 6, 4] },
    },
  ]);
  const selectors = extended[0]!.selectors as { mean: number; histogram: number[] }[];
  const valid = values.filter((value) => value !== -1);
  expect(selectors[0]!.mean).toBeCloseTo(valid.reduce((sum, value) => sum + value, 0) / valid.length, 9);
  expect(selectors[0]!.histogram.reduce((sum, count) => sum + count, 0)).toBe(valid.length);
  const { coordinates } = JSON.parse(extended[0]!.geojson!) as { coordinates: number[][][] };
  const corners = new Set(coordinates[0]!.map(([x, y]) => `${x},${y}`));
  expect([coordinates.length, [...corners].sort()]).toEqual([1, ['3,0', '3,4', '6,0', '6,4']]);
});
