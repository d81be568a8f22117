import type { Crs } from './crs.ts';

/** Metres of uncertainty that are worth a word. */
const WORTH_A_WORD = 5;
/** No datum of the Earth lies further from WGS 84 than about this: metres. */
const FARTHEST_DATUM = 1500;

/** A sentence about a system that is tied to the Earth only roughly around a place; null for others. */
export function uncertaintyOf(
  { name, accuracyAt }: Crs,
  [lon, lat]: readonly [number, number],
): string | null {
  const metres = accuracyAt(lon, lat);
  if (metres === null)
    return `nothing is known of how ${name} lies to WGS 84: its positions may be off by up to ${FARTHEST_DATUM} metres`;
  return metres > WORTH_A_WORD
    ? `positions in ${name} are known to within ${Number(metres.toPrecision(3))} metres only, by the best transformation to WGS 84 that takes no grid`
    : null;
}
