import { writeFile } from 'node:fs/promises';

import { fromFile } from 'geotiff';
import { describe, expect, test } from 'vitest';

import { temporaryFolder } from '../../test/support/files.ts';
import { nativeAbsent } from '../../test/support/gdal.ts';
import { crsOf } from '../crs/index.ts';
import { runGdal, warp } from '../gdal/index.ts';
import type { RunGdalOptions } from '../gdal/index.ts';
import { writeGeoTiff } from '../raster/index.ts';
import { warpRaster } from './index.ts';

const file = temporaryFolder();
type Ring = [number, number][];
type Bounds = [number, number, number, number];
const SIZE = 500;
/** Side of the square of pixels that a polygon has for itself. */
const CELL = 25;

/** A generator of numbers from 0 up to 1 that gives the same ones for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Triangles, rectangles and stars, either way round, with vertices in the middles and on the edges of pixels; some with a hole. */
function polygons(seed: number): Ring[][] {
  const random = seeded(seed);
  const half = (most: number): number => Math.round(random() * most * 2) / 2;
  const shapes = [
    (): Ring => [
      [half(20), half(8)],
      [half(8), 12 + half(8)],
      [14 + half(8), 12 + half(8)],
    ],
    (): Ring => {
      const [left, top, right, bottom] = [half(8), half(8), 12 + half(8), 12 + half(8)];
      return [
        [left, top],
        [right, top],
        [right, bottom],
        [left, bottom],
      ];
    },
    (): Ring =>
      Array.from({ length: 9 }, (_, corner) => {
        const [angle, radius] = [(corner / 9) * 2 * Math.PI, 3 + random() * 8];
        const place = (part: number): number => Math.round((11.5 + radius * part) * 2) / 2;
        return [place(Math.cos(angle)), place(Math.sin(angle))];
      }),
  ];
  const found: Ring[][] = [];
  for (let y = 0; y + CELL <= SIZE; y += CELL)
    for (let x = 0; x + CELL <= SIZE; x += CELL) {
      const outer = shapes[Math.floor(random() * shapes.length)]?.() ?? [];
      const rings = [outer];
      if (outer.length === 4 && random() < 0.5) rings.push(outer.map(([a, b]) => [a / 4 + 7.5, b / 4 + 7.5]));
      found.push(
        rings.map((ring) => {
          const placed = ring.map(([a, b]): [number, number] => [x + 1 + a, y + 1 + b]);
          const turned = random() < 0.5 ? placed.toReversed() : placed;
          return [...turned, turned[0] as [number, number]];
        }),
      );
    }
  return found;
}

async function counted(path: string): Promise<ArrayLike<number>> {
  const tiff = await fromFile(path);
  const [data = []] = await (await tiff.getImage()).readRasters({ interleave: false });
  await tiff.close();
  return data;
}

interface Grid {
  readonly bounds: Bounds;
  readonly crs: 'EPSG:4326' | 'EPSG:32630';
  /** By how many pixels the polygons lie beside the middles. */
  readonly shift?: number;
}

/** How many pixels are inside by the polygons, how many of them differ between the two ways. */
async function compare(seed: number, { bounds, crs, shift = 0 }: Grid, theirs: RunGdalOptions['native']) {
  const [west, south, east, north] = bounds;
  const name = `${seed}-${crs.slice(5)}-${theirs}`;
  const input = file(`${name}.tif`);
  const data = new Float32Array(SIZE * SIZE).fill(1);
  await writeGeoTiff(input, { data, width: SIZE, height: SIZE, bounds, crs, nodata: -9999 });
  const { toLonLat } = crsOf(Number(crs.slice(5)))!;
  const coordinates = polygons(seed).map((rings) =>
    rings.map((ring) =>
      ring.map(([x, y]) =>
        toLonLat(west + ((x + shift) / SIZE) * (east - west), north - ((y + shift) / SIZE) * (north - south)),
      ),
    ),
  );
  const cutline = file(`${name}.geojson`);
  await writeFile(
    cutline,
    JSON.stringify({
      type: 'FeatureCollection',
      features: [{ type: 'Feature', properties: {}, geometry: { type: 'MultiPolygon', coordinates } }],
    }),
  );
  const options = {
    format: 'GTiff',
    inputs: [input],
    bounds,
    size: [SIZE, SIZE],
    cutline,
    destinationNodata: -9999,
  } as const;
  const [own, other] = [file(`${name}-own.tif`), file(`${name}-other.tif`)];
  await warpRaster({ ...options, output: own }, { native: 'never' });
  await runGdal(warp({ ...options, output: other }), { native: theirs! });
  const [a, b] = [await counted(own), await counted(other)];
  let [inside, apart] = [0, 0];
  for (let index = 0; index < SIZE * SIZE; index++) {
    if (b[index] === 1) inside += 1;
    if (a[index] !== b[index]) apart += 1;
  }
  return { inside, apart };
}

const degree = 1 / 3600;
const tile = (west: number, north: number, pixel: number): Bounds => [
  west,
  north - SIZE * pixel,
  west + SIZE * pixel,
  north,
];
const grids: readonly (readonly [string, Grid])[] = [
  // As the tiles of GLO-30 are: the middles of pixels on whole seconds.
  ['of seconds', { bounds: tile(-4.5 - degree / 2, 55.9 + degree / 2, degree), crs: 'EPSG:4326' }],
  ['of thousandths of a degree', { bounds: tile(11.0005, 48.3, 0.001), crs: 'EPSG:4326' }],
  [
    'around the equator and Greenwich',
    { bounds: tile(-250 * 0.0003, 250 * 0.0003, 0.0003), crs: 'EPSG:4326' },
  ],
];

describe.skipIf(nativeAbsent)('edges through the middles of pixels (skipped where GDAL is absent)', () => {
  test.each(grids)('count the same pixels without GDAL as with it, on a grid %s', async (_, grid) => {
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const { inside, apart } = await compare(seed, grid, 'always');
      expect(inside).toBeGreaterThan(20_000);
      expect(apart, `seed ${seed}`).toBe(0);
    }
  });

  test('and those beside the middles do where the raster is projected and the edges are bent', async () => {
    // The two ways project alike but for a millionth of a millimetre: of a middle that lies on an edge it would decide.
    const grid = { bounds: tile(400_003, 6_180_007, 30), crs: 'EPSG:32630', shift: 0.137 } as const;
    for (const seed of [1, 2, 3]) {
      const { inside, apart } = await compare(seed, grid, 'always');
      expect(inside).toBeGreaterThan(20_000);
      expect(apart, `seed ${seed}`).toBe(0);
    }
  });
});

test('edges through the middles of pixels count the same as in GDAL in WebAssembly', async () => {
  const { inside, apart } = await compare(7, grids[0]![1], 'never');
  expect(inside).toBeGreaterThan(20_000);
  expect(apart).toBe(0);
});
