import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import type { MultiPolygon, Polygon, Position } from 'geojson';
import { expect, test } from 'vitest';

import { temporaryFolder } from '../../test/support/files.ts';
import { nativeAbsent } from '../../test/support/gdal.ts';
import { analyse } from '../analysis/index.ts';
import { ringArea } from '../crs/index.ts';
import type { Outline } from '../findings/index.ts';
import { selfIntersection } from '../vector/index.ts';
import { writeGeoTiff } from './write-geotiff.ts';
import type { RasterData } from './write-geotiff.ts';

const file = temporaryFolder();
const run = promisify(execFile);

async function outlineOfFile(path: string): Promise<Outline | null> {
  const { outline, ended } = await analyse(path, { fileName: 'image.tif', fileType: 'GeoTIFF' });
  expect(ended).toEqual(['outline']);
  return outline;
}

/** A raster of bytes, 0 where `isValid` says no. */
async function outlineWhere(
  [width, height]: readonly [number, number],
  isValid: (x: number, y: number) => boolean,
  place: Partial<RasterData> = {},
): Promise<Outline | null> {
  const data = Uint8Array.from({ length: width * height }, (_, index) =>
    isValid(index % width, Math.floor(index / width)) ? 1 : 0,
  );
  const bounds = [0, 0, width / 10, height / 10] as const;
  await writeGeoTiff(file('some.tif'), {
    width,
    height,
    bounds,
    crs: 'EPSG:4326',
    nodata: 0,
    ...place,
    data,
  });
  return outlineOfFile(file('some.tif'));
}

function polygonsOf(outline: Outline | null): Position[][][] {
  const geometry = outline?.geometry as Polygon | MultiPolygon;
  return geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
}

/** Positions but the last, from the least on. */
function corners(ring: Position[] = []): string[] {
  return ring
    .slice(1)
    .map((position) => position.join(' '))
    .sort();
}

function areaOf(outline: Outline | null): number {
  return polygonsOf(outline).reduce(
    (sum, [outer = [], ...holes]) =>
      holes.reduce((area, hole) => area - ringArea(hole), sum + ringArea(outer)),
    0,
  );
}

test('follows the pixels that have a value, holes and pieces apart included', async () => {
  const outline = await outlineWhere([40, 30], (x, y) => {
    const hole = x >= 10 && x < 15 && y >= 10 && y < 20;
    return (x < 30 && y >= 5 && !hole) || (x >= 35 && y < 5);
  });
  const [one = [], other = []] = polygonsOf(outline).sort((a, b) => b.length - a.length);
  expect(one).toHaveLength(2);
  expect(corners(one[0])).toEqual(['0 0', '0 2.5', '3 0', '3 2.5']);
  expect(corners(one[1])).toEqual(['1 1', '1 2', '1.5 1', '1.5 2']);
  expect(corners(other[0])).toEqual(['3.5 2.5', '3.5 3', '4 2.5', '4 3']);
  expect(outline?.bounds).toEqual([0, 0, 4, 3]);
});

test('is the whole image where all of it has a value, and nothing where none has', async () => {
  expect(polygonsOf(await outlineWhere([9, 9], () => true))).toHaveLength(1);
  expect(await outlineWhere([9, 9], () => false)).toBeNull();
});

test('leaves no pixel out by more than one, however ragged, and its rings do not cross', async () => {
  let seed = 1;
  const random = (): number => (seed = (seed * 48271) % 2147483647) / 2147483647;
  const ragged = Array.from({ length: 200 }, (_, x) => 60 + 30 * Math.sin(x / 15) + 8 * random());
  const outline = await outlineWhere([200, 150], (x, y) => y > (ragged[x] ?? 0));
  expect(selfIntersection(polygonsOf(outline).flat())).toBeNull();
  const pixels = ragged.reduce((sum, top) => sum + 149 - Math.floor(top), 0);
  const pixel = ringArea([
    [10, 5],
    [10.1, 5],
    [10.1, 5.1],
    [10, 5.1],
    [10, 5],
  ]);
  expect(Math.abs(areaOf(outline) / (pixels * pixel) - 1)).toBeLessThan(0.01);
});

test('specks take no more than 2000 positions', async () => {
  let seed = 7;
  const random = (): number => (seed = (seed * 48271) % 2147483647) / 2147483647;
  const outline = await outlineWhere([500, 400], () => random() < 0.3);
  const positions = polygonsOf(outline).flat(2);
  expect(positions.length).toBeGreaterThan(3);
  expect(positions.length).toBeLessThanOrEqual(2000);
});

test('goes around the pole, and not around a gap there', async () => {
  const place = { crs: 'EPSG:3413', bounds: [-1e6, -1e6, 1e6, 1e6] } as const;
  const radius = (x: number, y: number): number => Math.hypot(x - 49.5, y - 49.5);
  const disc = await outlineWhere([100, 100], (x, y) => radius(x, y) < 45, place);
  expect(disc?.bounds.map((edge) => Math.round(edge * 10) / 10)).toEqual([-180, 81.6, 180, 90]);
  const ring = await outlineWhere([100, 100], (x, y) => radius(x, y) < 45 && radius(x, y) > 20, place);
  expect(ring?.bounds.map((edge) => Math.round(edge * 10) / 10)).toEqual([-180, 81.6, 180, 86.5]);
  // One ring that is cut at the antimeridian alone, not where its tracing began.
  expect(polygonsOf(ring).map((polygon) => polygon.length)).toEqual([1]);
  expect(selfIntersection(polygonsOf(ring).flat())).toBeNull();
  // The scale of the projection is 0.972 there: 900 km on the map are a little more on the ground.
  expect(areaOf(disc) / (Math.PI * 9e5 ** 2)).toBeCloseTo(1.06, 1);
  expect(areaOf(ring) / areaOf(disc)).toBeCloseTo(1 - (20 / 45) ** 2, 1);
});

test('crosses the antimeridian in parts', async () => {
  const outline = await outlineWhere([20, 10], (_x, y) => y > 1, { bounds: [179, -1, 181, 0] });
  expect(outline?.bounds).toEqual([179, -1, -179, -0.2]);
  expect(polygonsOf(outline)).toHaveLength(2);
});

test.skipIf(nativeAbsent)(
  'knows what a mask and an alpha band hide (skipped without gdal_translate)',
  async () => {
    const half = Uint8Array.from({ length: 40 * 20 }, (_, index) => (index % 40 < 10 ? 0 : 255));
    const data = [new Uint8Array(40 * 20).fill(9), half];
    await writeGeoTiff(file('two.tif'), {
      width: 40,
      height: 20,
      bounds: [0, 0, 4, 2],
      crs: 'EPSG:4326',
      data,
    });
    const translate = async (name: string, ...args: string[]): Promise<string> => {
      await run('gdal_translate', ['-q', ...args, file('two.tif'), file(name)]);
      return file(name);
    };
    const internal = ['--config', 'GDAL_TIFF_INTERNAL_MASK', 'YES'];
    const masked = await translate('masked.tif', '-b', '1', '-mask', '2', ...internal);
    const alpha = await translate('alpha.tif', '-colorinterp_2', 'alpha');
    for (const path of [masked, alpha]) expect((await outlineOfFile(path))?.bounds).toEqual([1, 0, 4, 2]);
  },
);

/** Areas by pyproj 3.7 (geographiclib) of bands around the Earth, and of parts of them. */
test('of a grid around the world whose ends lie on the same ground that counts once', async () => {
  // 400 columns of a degree from -200: the first 40 and the last 40 lie on each other.
  const place = { bounds: [-200, -10, 200, 10] } as const;
  const band = 88_187_925_166_946.1;
  const left = await outlineWhere([400, 20], (x) => x < 60, place);
  expect(areaOf(left) / ((band * 60) / 360)).toBeCloseTo(1, 4);
  const both = await outlineWhere([400, 20], (x) => x < 60 || x >= 340, place);
  // From -200 to -140 and from 140 to 200: from 140 over the antimeridian to -140.
  expect(areaOf(both) / ((band * 80) / 360)).toBeCloseTo(1, 4);
  expect(both?.bounds.map((degree) => Math.round(degree * 1e6) / 1e6)).toEqual([140, -10, -140, 10]);
});

test('of a part that is wider than half the world is not taken for the rest of it', async () => {
  const outline = await outlineWhere([360, 20], (x) => x < 280, { bounds: [-180, -10, 180, 10] });
  expect(areaOf(outline) / ((88_187_925_166_946.1 * 280) / 360)).toBeCloseTo(1, 4);
  expect(outline?.bounds).toEqual([-180, -10, 100, 10]);
});
