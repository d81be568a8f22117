const second = 1;
const minute = 60 * second;
const hour = 60 * minute;

/** How long to wait after each failed try, in seconds; after one more there is no other. */
const waits = [30 * second, 2 * minute, 10 * minute, hour, 6 * hour];
const longest = 6 * hour;

export const mostTries = waits.length + 1;

/**
 * How many seconds to wait after a failed try; undefined when it was the last. A fifth more or less, so that what failed
 * together is not tried again together, and no less than the other side asked for, within six hours.
 * @param tries how many there were, from 1
 * @param chance from 0 to 1
 */
export function waitAfter(tries: number, askedSeconds: number, chance: number): number | undefined {
  const wait = waits[tries - 1];
  if (wait === undefined) return undefined;
  return Math.max(wait * (0.8 + 0.4 * chance), Math.min(askedSeconds, longest));
}

/** The seconds of a Retry-After header, given as such or as a date; 0 without a sensible one. */
export function retryAfterSeconds(header: string | null, now: number): number {
  if (header === null) return 0;
  const seconds = /^\d+$/.test(header.trim()) ? Number(header) : (Date.parse(header) - now) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : 0;
}
