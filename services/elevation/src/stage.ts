import type { Kit } from '@fusion-platform/service-kit';

/** Begins a part of the work: how far that is, is told as a percentage of the whole. */
export function stage(
  kit: Kit,
  [from, to]: readonly [number, number],
  comment: string,
): (part: number) => void {
  kit.progress(from, comment);
  return (part) => kit.progress(from + (to - from) * part, comment);
}
