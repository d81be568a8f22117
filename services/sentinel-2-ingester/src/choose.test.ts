import { expect, test } from 'vitest';

import { choose, rejectionsText } from './choose.ts';
import type { Choosing } from './choose.ts';
import type { Image } from './image.ts';
import { DAY } from './options.ts';
import type { Options } from './options.ts';

const POINTS = 100;
const dayOf = (text: string): number => Date.parse(`${text}T00:00:00Z`);

/** An image that covers the sample points from one to another. */
function image(
  date: string,
  from: number,
  to: number,
  more: { cloud?: number; baseline?: number } = {},
): Image {
  const id = `${date}/${from}-${to}${more.baseline === undefined ? '' : `/${more.baseline}`}`;
  return {
    item: { id, bbox: [0, 0, 1, 1], geometry: null, properties: {}, links: [], assets: {} },
    day: dayOf(date),
    cloud: more.cloud ?? 10,
    baseline: more.baseline ?? 5,
    cell: '30UVG',
    covered: Uint8Array.from({ length: POINTS }, (_, index) => (index >= from && index < to ? 1 : 0)),
  };
}

const chosen: Options = {
  period: null,
  findNearest: true,
  scanDays: 5,
  mergeDays: 1,
  maximumCloud: 50,
  coverageTolerance: 4,
  errorNoImage: true,
  keep: null,
  cells: null,
  bands: [],
  preview: true,
  clip: true,
};
const on = (start: string, end = start) => ({ start: dayOf(start), end: dayOf(end) });
const taken = ({ choice }: Choosing): string[] | undefined => choice?.images.map(({ item }) => item.id);

test('the latest day is taken, unless its clouds are too many', () => {
  const images = [image('2026-06-01', 0, 100), image('2026-06-04', 0, 100, { cloud: 51 })];
  const choosing = choose(images, POINTS, chosen);
  expect(taken(choosing)).toEqual(['2026-06-01/0-100']);
  expect(rejectionsText(choosing.rejections)).toBe('2026-06-04 has 51 % cloud');
});

test('only so many days before the latest image are looked at', () => {
  const images = [image('2026-05-29', 0, 100), image('2026-06-04', 0, 100, { cloud: 90 })];
  expect(choose(images, POINTS, chosen).choice).toBeNull();
  expect(taken(choose(images, POINTS, { ...chosen, scanDays: 6 }))).toEqual(['2026-05-29/0-100']);
});

test('of a period the day nearest to its start is taken, then the nearest one beyond it', () => {
  const images = ['2026-06-01', '2026-06-05', '2026-06-08', '2026-06-20'].map((date) => image(date, 0, 100));
  const asked = (start: string, end: string, more: Partial<Options> = {}) =>
    taken(choose(images, POINTS, { ...chosen, period: on(start, end), ...more }));
  expect(asked('2026-06-03', '2026-06-10')).toEqual(['2026-06-05/0-100']);
  expect(asked('2026-06-02', '2026-06-03')).toEqual(['2026-06-01/0-100']);
  expect(asked('2026-06-02', '2026-06-03', { findNearest: false })).toBeUndefined();
  expect(asked('2026-06-14', '2026-06-14')).toBeUndefined();
  expect(asked('2026-06-15', '2026-06-15')).toEqual(['2026-06-20/0-100']);
});

test('images of days nearby fill up what the day does not cover, and no more than that', () => {
  const images = [
    image('2026-06-02', 0, 60),
    image('2026-06-03', 50, 100),
    image('2026-06-03', 50, 90),
    image('2026-06-04', 40, 100),
  ];
  const asked = { ...chosen, period: on('2026-06-02') };
  expect(taken(choose(images, POINTS, asked))).toEqual(['2026-06-02/0-60', '2026-06-03/50-100']);
  const alone = choose(images, POINTS, { ...asked, mergeDays: 0 });
  expect(rejectionsText(alone.rejections)).toBe(
    '2026-06-02 covers 60 % of the region; 2026-06-03 covers 50 % of the region; 2026-06-04 covers 60 % of the region',
  );
  expect(taken(choose(images, POINTS, { ...asked, mergeDays: 0, coverageTolerance: 40 }))).toEqual([
    '2026-06-02/0-60',
  ]);
});

test('of one scene that was processed twice the newer processing is taken alone', () => {
  const images = [
    image('2026-06-02', 0, 100, { baseline: 2.14 }),
    image('2026-06-02', 0, 100, { baseline: 5.11 }),
  ];
  expect(taken(choose(images, POINTS, chosen))).toEqual(['2026-06-02/0-100/5.11']);
});

test('corners that stick out need an image though they add no area', () => {
  const images = [image('2026-06-02', 0, 80), image('2026-06-02', 80, 100)];
  // The first 80 points stand for the area, the others are corners.
  const choosing = choose(images, 80, chosen);
  expect(taken(choosing)).toEqual(['2026-06-02/0-80', '2026-06-02/80-100']);
  expect(choosing.choice?.coverage).toBe(100);
});

test('a long list of days is cut short', () => {
  const rejections = Array.from({ length: 14 }, (_, index) => ({
    day: index * DAY,
    reason: 'has 100 % cloud',
  }));
  expect(rejectionsText(rejections)).toMatch(
    /^1970-01-01 has 100 % cloud; .*1970-01-12 .*; 2 more days likewise$/,
  );
});
