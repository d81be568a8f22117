import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { validateCog, writeGeoTiff } from '@fusion-platform/geo';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { readBand, real, realAbsent } from './support/rasters.ts';
import { clouds } from './support/run.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fmask-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Reflectances times 10,000 in the order of a product, B01 to B12. */
const SPECTRA = {
  forest: [1020, 730, 620, 360, 700, 2200, 2800, 2700, 3100, 840, 10, 1300, 560],
  water: [1000, 700, 500, 300, 280, 260, 250, 240, 230, 90, 10, 120, 80],
  cloud: [3500, 3400, 3300, 3300, 3400, 3700, 4100, 4000, 4300, 1400, 20, 3200, 2600],
  cirrus: [1500, 1300, 1200, 1000, 1200, 2500, 3000, 2900, 3200, 1000, 250, 1700, 1000],
  shadow: [800, 450, 350, 200, 300, 700, 900, 850, 950, 300, 10, 450, 250],
  nothing: Array.from({ length: 13 }, () => 0),
} as const;
type Surface = keyof typeof SPECTRA;

async function scene(
  name: string,
  width: number,
  height: number,
  at: (column: number, row: number) => Surface,
): Promise<string> {
  const path = join(folder, name);
  const data = Array.from({ length: 13 }, (_, band) =>
    Uint16Array.from({ length: width * height }, (__, index) => {
      const surface = at(index % width, Math.floor(index / width));
      return SPECTRA[surface][band] ?? 0;
    }),
  );
  const bounds = [600_000, 5_000_000, 600_000 + 10 * width, 5_000_000 + 10 * height] as const;
  await writeGeoTiff(path, { data, width, height, bounds, crs: 'EPSG:32630', nodata: 0 });
  return path;
}

function share(values: ArrayLike<number>, ...classes: number[]): number {
  return Array.from(values).filter((value) => classes.includes(value)).length / values.length;
}

test('forest and water are ground, cloud is thick, cirrus thin, and what has no data keeps none', async () => {
  const order: Surface[] = ['forest', 'water', 'cloud', 'cirrus', 'nothing'];
  const path = await scene('surfaces.tif', 5, 200, (column) => order[column] as Surface);
  const { outcome, classification } = await clouds([path]);
  expect(outcome).toMatchObject({
    success: true,
    abort_reason: 'Without the position of the sun no shadow is looked for',
  });
  expect(Array.from((await readBand(classification)).slice(0, 5))).toEqual([0, 0, 2, 3, 255]);
});

test('the shadow of a cloud lies on the side away from the sun, at the distance of its height', async () => {
  // A cloud of 20 by 15 pixels, 1500 m high; the sun in the south-east, 45 degrees high: 1061 m to the west and north.
  const cloud = (column: number, row: number): boolean =>
    column >= 200 && column < 220 && row >= 200 && row < 215;
  const shifted = (column: number, row: number): boolean => cloud(column + 106, row + 106);
  // A pond that is as dark, elsewhere.
  const pond = (column: number, row: number): boolean =>
    column >= 260 && column < 280 && row >= 90 && row < 105;
  const path = await scene('shadow.tif', 300, 300, (column, row) =>
    cloud(column, row) ? 'cloud' : shifted(column, row) || pond(column, row) ? 'shadow' : 'forest',
  );
  const { classification } = await clouds([path], { sun_azimuth: 135, sun_elevation: 45 });
  const values = await readBand(classification);
  const at = (column: number, row: number): number | undefined => values[row * 300 + column];
  expect([at(205, 205), at(104, 101), at(270, 97), at(10, 10)]).toEqual([2, 1, 0, 0]);
  expect(share(values, 2) * 90_000).toBe(300);
  expect(share(values, 1) * 90_000).toBeGreaterThan(0.9 * 300);
  expect(share(values, 1) * 90_000).toBeLessThan(1.1 * 300);
  const away = await clouds([path], { sun_azimuth: 315, sun_elevation: 45 });
  expect(share(await readBand(away.classification), 1)).toBe(0);
});

test('a scene without the bands that it takes is refused by their names', async () => {
  const path = join(folder, 'scene_B04.tif');
  await writeGeoTiff(path, {
    data: new Uint16Array(4),
    width: 2,
    height: 2,
    bounds: [0, 0, 20, 20],
    crs: 'EPSG:32630',
  });
  const { outcome } = await clouds([path]);
  expect(outcome).toMatchObject({
    exit_type: 'refused',
    abort_reason:
      'The service needs a scene classification (SCL) of level 2A or the bands of level 1C; of these B02, B03, B08, B10, B11, B12 are in no file',
  });
});

const patch = (date: string): string => real(`L1C_patches/L1C_${date}_13band.tif`);

test.skipIf(realAbsent).each(['2015-07-11', '2015-08-30', '2015-09-09'])(
  'the clear patch of %s (needs ../shared/data) has less than 1 percent of cloud',
  async (date) => {
    const { classification } = await clouds([patch(date)], { sun_azimuth: 150, sun_elevation: 60 });
    expect(share(await readBand(classification), 2, 3)).toBeLessThan(0.01);
    expect(await validateCog(classification)).toEqual({ errors: [], warnings: [] });
  },
);

test.skipIf(realAbsent).each(['2015-07-31', '2015-08-20'])(
  'the clouded patch of %s (needs ../shared/data) has more than 80 percent of cloud',
  async (date) => {
    const { classification } = await clouds([patch(date)], { sun_azimuth: 150, sun_elevation: 60 });
    expect(share(await readBand(classification), 2, 3)).toBeGreaterThan(0.8);
  },
);
