import fc from 'fast-check';
import type { MultiPolygon, Polygon, Position } from 'geojson';
import { intersection } from 'polyclip-ts';
import { expect, test } from 'vitest';

import { planarArea } from '../crs/index.ts';
import { describeGeometry, sliceRegion } from '../index.ts';
import { selfIntersection } from '../vector/self-intersection.ts';
import { areaProfile } from './area-profile.ts';
import { toKm2 } from './equal-area.ts';

const seed = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31);
console.log(`slicing: FC_SEED=${seed}`);

/** They reckon for some ten seconds each; a busy machine takes as often longer as it is busy. */
const timeout = 300_000;
/** A case that fails is made smaller for so long at most: for what it is, it need not be the smallest. */
const parameters = { seed, interruptAfterTimeLimit: 200_000, markInterruptAsFailure: true };

type Region = Polygon | MultiPolygon;
const km2 = (geometry: Region): number => (describeGeometry(geometry).area ?? 0) / 1e6;
const polygonsOf = (geometry: Region): Position[][][] =>
  geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
/** On the plane of longitude and latitude, where cuts lose nothing; from a corner nearby, for all the digits. */
function squareDegrees(geometry: Region, [west, south]: readonly [number, number]): number {
  const near = (ring: Position[]): Position[] => ring.map(([x = 0, y = 0]) => [x - west, y - south]);
  return polygonsOf(geometry)
    .flatMap((rings) => rings.map((ring, index) => Math.abs(planarArea(near(ring))) * (index === 0 ? 1 : -1)))
    .reduce((sum, area) => sum + area, 0);
}
const cornerOf = (geometry: Region): readonly [number, number] => {
  const [west, south] = describeGeometry(geometry).bounds;
  return [west, south];
};

/**
 * In km², of edges that are straight in longitude and latitude, as cuts are: taken for the shortest way between their ends,
 * long edges enclose some thousandths more or less, and their pieces less of that.
 */
const straightKm2 = (geometry: Region): number => toKm2(areaProfile(polygonsOf(geometry)).total);

/** Even-odd over all rings. */
function inside(geometry: Region, [x, y]: readonly [number, number]): boolean {
  let odd = false;
  for (const ring of polygonsOf(geometry).flat())
    for (let index = 0; index + 1 < ring.length; index += 1) {
      const [x1 = 0, y1 = 0] = ring[index]!;
      const [x2 = 0, y2 = 0] = ring[index + 1]!;
      if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) odd = !odd;
    }
  return odd;
}

interface Shape {
  readonly radii: readonly number[];
  readonly hole: boolean;
}

const shape = fc.record({
  radii: fc.array(fc.double({ min: 0.3, max: 1, noNaN: true }), { minLength: 5, maxLength: 60 }),
  hole: fc.boolean(),
});

/** A star around a middle: concave, sometimes very, never crossing itself; with a hole or without. */
function star({ radii, hole }: Shape, x: number, y: number, size: number): Position[][] {
  const ring = (scale: number): Position[] => {
    const points = radii.map((radius, index): Position => {
      const angle = (2 * Math.PI * index) / radii.length;
      return [x + Math.cos(angle) * radius * scale, y + Math.sin(angle) * radius * scale];
    });
    return [...points, points[0]!];
  };
  return [ring(size), ...(hole ? [ring(size * 0.4).toReversed()] : [])];
}

/** Stars side by side, from a field to a continent, all of them within the ends of the world. */
const stars = fc
  .record({
    x: fc.double({ min: -150, max: 130, noNaN: true }),
    y: fc.double({ min: -65, max: 65, noNaN: true }),
    size: fc.oneof(
      fc.double({ min: 0.01, max: 0.3, noNaN: true }),
      fc.double({ min: 0.3, max: 8, noNaN: true }),
    ),
    shapes: fc.array(shape, { minLength: 1, maxLength: 3 }),
  })
  .map(({ x, y, size, shapes }): Region => {
    const polygons = shapes.map((one, index) => star(one, x + index * size * 2.1, y, size));
    return polygons.length === 1
      ? { type: 'Polygon', coordinates: polygons[0]! }
      : { type: 'MultiPolygon', coordinates: polygons };
  });

/** Columns on round numbers: many edges on the lines that cuts would take; with a hole that touches the ground, or without. */
const skyline = fc
  .record({
    heights: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 8 }),
    hole: fc.boolean(),
  })
  .map(({ heights, hole }): Region => {
    const top = heights.flatMap((height, index): Position[] => [
      [index / 4, height / 4],
      [(index + 1) / 4, height / 4],
    ]);
    const east = heights.length / 4;
    const foot = [east / 2, 0];
    const ring: Position[] = [[0, 0], ...top, [east, 0], foot, [0, 0]];
    const triangle = [foot, [east / 2 + 0.1, 0.2], [east / 2 - 0.1, 0.2], foot];
    return { type: 'Polygon', coordinates: [ring.toReversed(), ...(hole ? [triangle] : [])] };
  });

const cases = fc.record({
  region: fc.oneof({ arbitrary: stars, weight: 3 }, { arbitrary: skyline, weight: 1 }),
  slices: fc.double({ min: 1, max: 40, noNaN: true }),
});

test(
  'slices are the region: no area is lost or doubled, none is too large, and none is a sliver',
  { timeout },
  () => {
    fc.assert(
      fc.property(cases, ({ region, slices }) => {
        const maximumAreaKm2 = km2(region) / slices;
        const cut = sliceRegion(region, { maximumAreaKm2 });
        const corner = cornerOf(region);
        const all = squareDegrees(region, corner);
        const sum = cut.reduce((area, slice) => area + squareDegrees(slice, corner), 0);
        expect(Math.abs(sum - all) / all).toBeLessThan(1e-9);
        expect(Math.max(...cut.map(km2))).toBeLessThanOrEqual(maximumAreaKm2);
        const areas = cut.map(straightKm2);
        const hectare = 0.01;
        const largest = Math.max(...areas);
        expect(largest - Math.min(...areas)).toBeLessThan(Math.max(hectare, largest) * 1e-6);
        // A region is itself measured with edges of up to a degree as the shortest way.
        expect(cut.length).toBeGreaterThanOrEqual(Math.floor(slices));
        expect(cut.length).toBeLessThanOrEqual(Math.ceil(slices * 1.02));
      }),
      { ...parameters, numRuns: 3000 },
    );
  },
);

test('a place in the region is in exactly one slice, and one outside in none', { timeout }, () => {
  const places = fc.array(fc.tuple(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 1, max: 9999 })), {
    minLength: 20,
    maxLength: 20,
  });
  fc.assert(
    fc.property(cases, places, ({ region, slices }, shares) => {
      const cut = sliceRegion(region, { maximumAreaKm2: km2(region) / slices });
      const [west, south, east, north] = describeGeometry(region).bounds;
      for (const [u, v] of shares) {
        // A little off round shares, where vertices and cuts are not.
        const place = [
          west + ((east - west) * (u + 0.3718281)) / 10_000,
          south + ((north - south) * (v + 0.6414213)) / 10_000,
        ] as const;
        expect(cut.filter((slice) => inside(slice, place))).toHaveLength(inside(region, place) ? 1 : 0);
      }
    }),
    { ...parameters, numRuns: 1000 },
  );
});

test('slices are valid: the edges of none cross each other', { timeout }, () => {
  fc.assert(
    fc.property(cases, ({ region, slices }) => {
      for (const slice of sliceRegion(region, { maximumAreaKm2: km2(region) / slices }))
        for (const polygon of polygonsOf(slice)) expect(selfIntersection(polygon)).toBeNull();
    }),
    { ...parameters, numRuns: 1000 },
  );
});

test('no two slices overlap, as another library sees it', { timeout }, () => {
  const few = fc.record({ region: stars, slices: fc.double({ min: 1, max: 6, noNaN: true }) });
  const pairs = (slice: Region): [number, number][][][] =>
    polygonsOf(slice).map((rings) => rings.map((ring) => ring.map(([x = 0, y = 0]) => [x, y])));
  fc.assert(
    fc.property(few, ({ region, slices }) => {
      const cut = sliceRegion(region, { maximumAreaKm2: km2(region) / slices }).map(pairs);
      const corner = cornerOf(region);
      for (const [index, one] of cut.entries())
        for (const other of cut.slice(index + 1)) {
          const common: Region = { type: 'MultiPolygon', coordinates: intersection(one, other) };
          expect(squareDegrees(common, corner)).toBeLessThan(squareDegrees(region, corner) * 1e-9);
        }
    }),
    { ...parameters, numRuns: 100 },
  );
});
