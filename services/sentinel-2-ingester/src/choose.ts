import { dayText } from './image.ts';
import type { Image } from './image.ts';
import { DAY } from './options.ts';
import type { Options } from './options.ts';

/** A day's image of the region, of one scene or several. */
export interface Choice {
  readonly day: number;
  /** The best first: where they overlap it counts. */
  readonly images: readonly Image[];
  /** Percent of the region that they cover. */
  readonly coverage: number;
}

/** A day that was looked at, and why it was not taken: "2026-05-09 has 98 % cloud". */
export interface Rejection {
  readonly day: number;
  readonly reason: string;
}

export interface Choosing {
  readonly choice: Choice | null;
  readonly rejections: readonly Rejection[];
}

/**
 * The first day, in the order of what is wished for, whose images cover the region under few enough clouds.
 * @param even so many of the first sample points stand for the area of the region
 */
export function choose(images: readonly Image[], even: number, chosen: Options): Choosing {
  const { maximumCloud, coverageTolerance, mergeDays } = chosen;
  const usable = images.filter((image) => (image.cloud ?? 0) <= maximumCloud);
  const rejections: Rejection[] = [];
  for (const day of daysInOrder(images, chosen)) {
    const own = images.filter((image) => image.day === day);
    if (!usable.some((image) => image.day === day)) {
      rejections.push({ day, reason: clouded(own) });
      continue;
    }
    const near = usable.filter((image) => Math.abs(image.day - day) <= mergeDays * DAY);
    const choice = compose(day, near, even);
    if (choice.coverage >= 100 - coverageTolerance) return { choice, rejections };
    rejections.push({ day, reason: `covers ${percent(choice.coverage)} of the region` });
  }
  return { choice: null, rejections };
}

/** The days that may be taken, the one that fits best first. */
export function daysInOrder(images: readonly Image[], { period, findNearest, scanDays }: Options): number[] {
  const days = [...new Set(images.map(({ day }) => day))].sort((a, b) => a - b);
  if (period === null) {
    const latest = days.at(-1);
    if (latest === undefined) return [];
    return days.filter((day) => day >= latest - scanDays * DAY).toReversed();
  }
  const { start, end } = period;
  const outside = (day: number): number => Math.max(start - day, day - end, 0);
  const reach = findNearest ? scanDays * DAY : 0;
  return days
    .filter((day) => outside(day) <= reach)
    .sort((a, b) => outside(a) - outside(b) || Math.abs(a - start) - Math.abs(b - start));
}

/**
 * Takes images that cover what none before them does: of the day itself first, then of the days nearest to it, of newer
 * processing first, then of fewer clouds.
 */
function compose(day: number, near: readonly Image[], even: number): Choice {
  const order = near.toSorted(
    (a, b) =>
      Math.abs(a.day - day) - Math.abs(b.day - day) ||
      b.baseline - a.baseline ||
      (a.cloud ?? 0) - (b.cloud ?? 0) ||
      (a.item.id < b.item.id ? -1 : 1),
  );
  const covered = new Uint8Array(order[0]?.covered.length ?? 0);
  const images = order.filter((image) => {
    let adds = false;
    for (const [index, there] of image.covered.entries()) {
      if (there === 0 || covered[index] === 1) continue;
      covered[index] = 1;
      adds = true;
    }
    return adds;
  });
  const inside = covered.subarray(0, even).reduce((sum, there) => sum + there, 0);
  return { day, images, coverage: (100 * inside) / Math.max(1, even) };
}

function clouded(images: readonly Image[]): string {
  const clouds = images.flatMap(({ cloud }) => cloud ?? []).sort((a, b) => a - b);
  const [least = 0, most = least] = [clouds[0], clouds.at(-1)];
  return percent(least) === percent(most)
    ? `has ${percent(least)} cloud`
    : `has ${percent(least)} to ${percent(most)} cloud`;
}

export function percent(value: number): string {
  return `${Number(value.toFixed(1))} %`;
}

const MOST_TOLD = 12;

/** "2026-05-09 has 98.2 % cloud; 2026-05-07 covers 40 % of the region". */
export function rejectionsText(rejections: readonly Rejection[]): string {
  const told = rejections.slice(0, MOST_TOLD).map(({ day, reason }) => `${dayText(day)} ${reason}`);
  const more = rejections.length - told.length;
  return [...told, ...(more > 0 ? [`${more} more days likewise`] : [])].join('; ');
}
