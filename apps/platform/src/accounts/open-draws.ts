import { Credits } from './purses.ts';

/** A row of the ledger as far as it matters here: below zero it was drawn, above zero given back. */
export interface DrawRow {
  readonly purse: string;
  /** Exact decimal text. */
  readonly amount: string;
  /** The month in which it was written. */
  readonly month: string;
}

export interface OpenDraw {
  readonly purse: string;
  readonly month: string;
  /** What has not been given back of it. */
  readonly left: Credits;
}

/**
 * What is still reserved under a reference, draw by draw, the last drawn first. What was given back belongs to the draws
 * that were the last ones of its purse when it was.
 * @param rows all rows of the reference in the order in which they were written
 */
export function openDraws(rows: readonly DrawRow[]): OpenDraw[] {
  let open: OpenDraw[] = [];
  for (const { purse, month, amount: text } of rows) {
    const amount = new Credits(text);
    if (amount.lessThan(0)) {
      open.unshift({ purse, month, left: amount.negated() });
      continue;
    }
    let back = amount;
    open = open.flatMap((draw) => {
      const taken = draw.purse === purse ? Credits.min(back, draw.left) : new Credits(0);
      back = back.minus(taken);
      const left = draw.left.minus(taken);
      return left.isZero() ? [] : [{ ...draw, left }];
    });
  }
  return open;
}
