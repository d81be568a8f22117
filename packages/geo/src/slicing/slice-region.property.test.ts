import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import fc from 'fast-check';
import type { MultiPolygon, Polygon, Position } from 'geojson';
import { expect, test } from 'vitest';

import { describeGeometry, sliceRegion } from '../index.ts';
import { selfIntersection } from '../vector/self-intersection.ts';

const seed = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31);
console.log(`slicing: FC_SEED=${seed}`);

const km2 = (geometry: Polygon | MultiPolygon): number => (describeGeometry(geometry).area ?? 0) / 1e6;
const rings = (geometry: Polygon | MultiPolygon): Position[][][] =>
  geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;

/** Even-odd over all rings, on straight edges in longitude and latitude. */
function inside(geometry: Polygon | MultiPolygon, [x, y]: readonly [number, number]): boolean {
  let odd = false;
  for (const ring of rings(geometry).flat())
    for (let index = 0; index + 1 < ring.length; index += 1) {
      const [x1 = 0, y1 = 0] = ring[index]!;
      const [x2 = 0, y2 = 0] = ring[index + 1]!;
      if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) odd = !odd;
    }
  return odd;
}

/** A star around a middle: concave, sometimes very, never crossing itself; with a hole where there is room. */
const star = fc
  .record({
    x: fc.double({ min: -150, max: 150, noNaN: true }),
    y: fc.double({ min: -75, max: 75, noNaN: true }),
    size: fc.double({ min: 0.05, max: 0.3, noNaN: true }),
    radii: fc.array(fc.double({ min: 0.3, max: 1, noNaN: true }), { minLength: 5, maxLength: 60 }),
    hole: fc.boolean(),
  })
  .map(({ x, y, size, radii, hole }): Polygon => {
    const ring = (scale: (radius: number) => number, clockwise: boolean): Position[] => {
      const points = radii.map((radius, index): Position => {
        const angle = (2 * Math.PI * index) / radii.length;
        return [x + Math.cos(angle) * scale(radius) * size, y + Math.sin(angle) * scale(radius) * size];
      });
      const closed = [...points, points[0]!];
      return clockwise ? closed.toReversed() : closed;
    };
    return {
      type: 'Polygon',
      coordinates: [ring((radius) => radius, false), ...(hole ? [ring((radius) => radius * 0.4, true)] : [])],
    };
  });

const cases = fc.record({ region: star, slices: fc.integer({ min: 1, max: 40 }) });

test('slices are the region: no area is lost or doubled, none is too large, and all are alike', () => {
  fc.assert(
    fc.property(cases, ({ region, slices }) => {
      const area = km2(region);
      const maximumAreaKm2 = area / slices;
      const cut = sliceRegion(region, { maximumAreaKm2 });
      const areas = cut.map(km2);
      expect(Math.max(...areas)).toBeLessThanOrEqual(maximumAreaKm2 * 1.000001);
      expect(Math.min(...areas)).toBeGreaterThan(Math.max(...areas) * 0.98);
      // Areas are measured with edges as the shortest way; the straight one, by which they are cut, differs a little.
      const sum = areas.reduce((all, one) => all + one, 0);
      expect(Math.abs(sum - area) / area).toBeLessThan(1e-4);
    }),
    { seed, numRuns: 1200 },
  );
});

test('a place in the region is in exactly one slice, and one outside in none', () => {
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
    { seed, numRuns: 1200 },
  );
});

test('the edges of a slice do not cross each other', () => {
  fc.assert(
    fc.property(cases, ({ region, slices }) => {
      for (const slice of sliceRegion(region, { maximumAreaKm2: km2(region) / slices }))
        for (const polygon of rings(slice)) expect(selfIntersection(polygon)).toBeNull();
    }),
    { seed, numRuns: 300 },
  );
});

test('a region that is not too large stays as it is', () => {
  const region: Polygon = {
    type: 'Polygon',
    coordinates: [
      [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 0],
      ],
    ],
  };
  expect(sliceRegion(region, { maximumAreaKm2: 10_000 })).toEqual([region]);
});

test('rows go from north to south and from west to east', () => {
  const region: Polygon = {
    type: 'Polygon',
    coordinates: [
      [
        [0, 0],
        [2, 0],
        [2, 2],
        [0, 2],
        [0, 0],
      ],
    ],
  };
  const centres = sliceRegion(region, { maximumAreaKm2: km2(region) / 3.9 }).map((slice) => {
    const [west, south, east, north] = describeGeometry(slice).bounds;
    return [Math.round((west + east) / 2 + 0.5), Math.round((south + north) / 2 + 0.5)];
  });
  expect(centres).toEqual([
    [1, 2],
    [2, 2],
    [1, 1],
    [2, 1],
  ]);
});

test('a region across the antimeridian is cut as one, into slices within the world', () => {
  const part = (west: number, east: number): Position[][] => [
    [
      [west, -18],
      [east, -18],
      [east, -16],
      [west, -16],
      [west, -18],
    ],
  ];
  const region: MultiPolygon = { type: 'MultiPolygon', coordinates: [part(178, 180), part(-180, -179)] };
  const cut = sliceRegion(region, { maximumAreaKm2: km2(region) / 5.9 });
  expect(cut).toHaveLength(6);
  const longitudes = cut.flatMap((slice) =>
    rings(slice)
      .flat(2)
      .map(([x = 0]) => x),
  );
  expect(Math.min(...longitudes)).toBe(-180);
  expect(Math.max(...longitudes)).toBe(180);
  expect(cut.reduce((sum, slice) => sum + km2(slice), 0)).toBeCloseTo(km2(region), 0);
});

const boundary = resolve(import.meta.dirname, '../../../../../shared/data/regions/glasgow.geojson');
test.skipIf(!existsSync(boundary))('a real boundary is cut', () => {
  const file = JSON.parse(readFileSync(boundary, 'utf8')) as { features: { geometry: Polygon }[] };
  const region = file.features[0]!.geometry;
  const areas = sliceRegion(region, { maximumAreaKm2: 25 }).map(km2);
  expect(areas.reduce((sum, area) => sum + area, 0)).toBeCloseTo(km2(region), 3);
  expect(Math.max(...areas)).toBeLessThanOrEqual(25);
});
