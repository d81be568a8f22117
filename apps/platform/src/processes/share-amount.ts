import { Decimal } from 'decimal.js';

const places = 6;

/**
 * Shares an amount out by weights, to the sixth decimal: the parts add up to the amount exactly. What rounding leaves goes,
 * a millionth each, to the parts that lost the most by it (largest remainders; of equal ones the first). Without any
 * weight all parts are alike.
 * @param total exact decimal text of at most six places
 * @returns as many parts as weights, in their order
 */
export function shareAmount(total: string, weights: readonly number[]): string[] {
  if (weights.length === 0) return [];
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const even = !(sum > 0) || !Number.isFinite(sum);
  const units = new Decimal(total).times(10 ** places).toDecimalPlaces(0);
  const exact = weights.map((weight) =>
    even ? units.dividedBy(weights.length) : units.times(weight).dividedBy(sum),
  );
  const shares = exact.map((share) => share.floor());
  const left = shares.reduce((rest, share) => rest.minus(share), units).toNumber();
  const byRemainder = exact
    .map((share, index) => ({ index, remainder: share.minus(shares[index]!) }))
    .toSorted((a, b) => b.remainder.comparedTo(a.remainder) || a.index - b.index);
  for (const { index } of byRemainder.slice(0, left)) shares[index] = shares[index]!.plus(1);
  return shares.map((share) => share.dividedBy(10 ** places).toFixed());
}
