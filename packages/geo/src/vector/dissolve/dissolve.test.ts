import { readFileSync } from 'node:fs';

import fc from 'fast-check';
import type { Position } from 'geojson';
import { expect, test } from 'vitest';

import { coveredOnce } from '../covered-once.ts';
import { measure } from '../measure.ts';
import { dissolve } from './dissolve.ts';

type Rings = Position[][];
type Box = readonly [number, number, number, number];

const rectangle = ([west, south, east, north]: Box): Rings => [
  [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ],
];
/** From a corner nearby, for all the digits. */
function planar(polygons: readonly Rings[]): number {
  const [left, low] = polygons[0]![0]![0]! as [number, number];
  let sum = 0;
  for (const rings of polygons)
    for (const [number, ring] of rings.entries()) {
      const points = ring.map(([x, y]) => [x! - left, y! - low] as const);
      let twice = 0;
      for (let at = 1; at < points.length; at += 1)
        twice += points[at - 1]![0] * points[at]![1] - points[at]![0] * points[at - 1]![1];
      sum += (number === 0 ? 1 : -1) * Math.abs(twice / 2);
    }
  return sum;
}
const dissolved = async (polygons: readonly Rings[]) => (await dissolve([polygons]))[0]!;
const ellipsoidal = (polygons: readonly Rings[]): number =>
  measure({ points: [], lines: [], polygons: [...polygons] }).area ?? 0;

const corner = fc.integer({ min: 0, max: 40 }).map((value) => value / 8);
const box = fc
  .record({
    x: corner,
    y: corner,
    width: fc.integer({ min: 1, max: 12 }),
    height: fc.integer({ min: 1, max: 12 }),
  })
  .map(({ x, y, width, height }): Box => [x, y, x + width / 8, y + height / 8]);
const boxes = fc.array(box, { minLength: 2, maxLength: 6 });

/** By inclusion and exclusion: of each choice of rectangles what they share, added and taken off in turn. */
function byInclusionAndExclusion(given: readonly Box[]): number {
  let sum = 0;
  for (let choice = 1; choice < 2 ** given.length; choice += 1) {
    const chosen = given.filter((_, at) => ((choice >> at) & 1) === 1);
    const width = Math.min(...chosen.map((one) => one[2])) - Math.max(...chosen.map((one) => one[0]));
    const height = Math.min(...chosen.map((one) => one[3])) - Math.max(...chosen.map((one) => one[1]));
    sum += (chosen.length % 2 === 1 ? 1 : -1) * Math.max(0, width) * Math.max(0, height);
  }
  return sum;
}

test('the area of rectangles dissolved is that by inclusion and exclusion', async () => {
  await fc.assert(
    fc.asyncProperty(boxes, async (given) => {
      const all = given.map(rectangle);
      const { polygons } = await dissolved(all);
      const right = byInclusionAndExclusion(given);
      expect(Math.abs(planar(polygons ?? all) / right - 1)).toBeLessThan(1e-12);
    }),
    { numRuns: 60 },
  );
});

test('the order of features does not matter', async () => {
  const shuffled = boxes.chain((given) =>
    fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length })),
  );
  await fc.assert(
    fc.asyncProperty(shuffled, async ([one, two]) => {
      const [first, second] = [
        await coveredOnce({ polygons: one.map(rectangle) }),
        await coveredOnce({ polygons: two.map(rectangle) }),
      ];
      expect(Math.abs(first.area! / second.area! - 1)).toBeLessThan(1e-12);
      expect(first.region === null).toBe(second.region === null);
    }),
    { numRuns: 40 },
  );
});

test('what shares no ground is unchanged to the last digit, and what is given again counts once', async () => {
  const apart = fc.uniqueArray(fc.record({ x: fc.nat(9), y: fc.nat(9) }), {
    minLength: 2,
    maxLength: 20,
    selector: ({ x, y }) => x * 10 + y,
  });
  await fc.assert(
    fc.asyncProperty(apart, fc.double({ min: 0.01, max: 0.1, noNaN: true }), async (cells, side) => {
      // Neighbours share whole sides.
      const all = cells.map(({ x, y }) =>
        rectangle([x * side, 50 + y * side, (x + 1) * side, 50 + (y + 1) * side]),
      );
      expect(await dissolved(all)).toEqual({ polygons: null, gaveUp: false });
      const again = structuredClone(all);
      const { area, region } = await coveredOnce({ polygons: [...all, ...again] });
      expect(area).toBe(ellipsoidal(all));
      expect(JSON.parse(region!)).toEqual({ type: 'MultiPolygon', coordinates: all });
    }),
    { numRuns: 30 },
  );
});

interface Judged {
  readonly name: string;
  readonly polygons: Rings[];
  readonly squareDegrees: number;
}
const { cases } = JSON.parse(
  readFileSync(new URL('../../../test/data/dissolved-areas.json', import.meta.url), 'utf8'),
) as { cases: Judged[] };

test.each(cases)('shapely dissolves $name to the same area', async ({ polygons, squareDegrees }) => {
  const { polygons: found } = await dissolved(polygons);
  expect(Math.abs(planar(found ?? polygons) / squareDegrees - 1)).toBeLessThan(1e-12);
});

test('holes count: an island in a lake, and a lake that another covers', async () => {
  const [lake] = rectangle([1, 1, 3, 3]);
  const shore: Rings = [...rectangle([0, 0, 4, 4]), lake!.toReversed()];
  const island = rectangle([1.5, 1.5, 2.5, 2.5]);
  expect((await dissolved([shore, island])).polygons).toBeNull();
  const half = rectangle([0, 0, 2, 4]);
  expect(planar((await dissolved([shore, half])).polygons!)).toBeCloseTo(14, 12);
});

test('what would take minutes is not begun, and that is said', async () => {
  const count = 400;
  const stripes = Array.from({ length: count }, (_, at): Rings[] => {
    const [low, high] = [(at / count) * 10, ((at + 0.5) / count) * 10];
    return [rectangle([low, 0, high, 10]), rectangle([0, low, 10, high])];
  }).flat();
  const { area, region, warnings } = await coveredOnce({ polygons: stripes });
  expect(region).toBeNull();
  expect(area).toBe(ellipsoidal(stripes));
  expect(warnings.join()).toMatch(/was not worked out for all of them.*Dissolve them first/);
});

test('thousands of features that overlap are dissolved at once', async () => {
  const width = 60;
  const all = Array.from({ length: width * width }, (_, at) => {
    const [x, y] = [(at % width) / 10, Math.floor(at / width) / 10];
    return rectangle([x, y, x + 0.125, y + 0.125]);
  });
  const { polygons, gaveUp } = await dissolved(all);
  expect(gaveUp).toBe(false);
  expect(planar(polygons!)).toBeCloseTo((5.9 + 0.125) ** 2, 9);
});
