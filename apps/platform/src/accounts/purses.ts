import { Decimal } from 'decimal.js';

/** Exact for whatever the ledger holds: its amounts have up to 24 digits, where the library's own default keeps 20. */
export const Credits = Decimal.clone({ precision: 60 });
export type Credits = Decimal;

export const noCredits = new Credits(0);

const amountText = /^\d+(\.\d{1,6})?$/;

/** @throws RangeError for a text that is no amount: below zero, with more than six decimals, or no plain decimal at all */
export function readAmount(text: string): Credits {
  if (amountText.test(text)) return new Credits(text);
  throw new RangeError(`"${text}" is no amount of credits: that is 0 or more, with up to six decimals`);
}

/** The purses that are there by name; besides them there is one for each set of SSDs that was given credits. */
export const purses = ['any', 'cloud_storage', 'registry_storage', 'runtime_any'] as const;
export type Purse = (typeof purses)[number] | `ssds:${string}`;

const ssdsPrefix = 'ssds:';

/** The purse whose credits pay only for executions of these SSDs. */
export function ssdPurse(ssdIds: readonly string[]): Purse {
  const ids = [...new Set(ssdIds.map((id) => id.toLowerCase()))].toSorted();
  if (ids.length === 0) throw new RangeError('a purse for certain SSDs needs at least one');
  return `${ssdsPrefix}${ids.join(',')}`;
}

/** The SSDs that a purse is for; undefined when it is not for certain ones. */
export function ssdsOf(purse: string): readonly string[] | undefined {
  return purse.startsWith(ssdsPrefix) ? purse.slice(ssdsPrefix.length).split(',') : undefined;
}

/** What credits are drawn for: it decides from which purses, and in which order. */
export type Use =
  | { readonly kind: 'execution'; readonly ssdId: string }
  | { readonly kind: 'upload' }
  | { readonly kind: 'storage' };

/**
 * The purses that pay for a use, in the order in which they are drawn: those that pay for the fewest things first.
 *
 * - An execution of an SSD: those for certain SSDs that list it (fewest SSDs first, then by name), `runtime_any`, `any`.
 * - An upload, and the storage of data: `cloud_storage`, `any`.
 *
 * Nothing draws `registry_storage` yet: keeping the images of services has no price.
 * @param held the purses that the organisation has
 */
export function drawingOrder(use: Use, held: Iterable<string>): readonly string[] {
  switch (use.kind) {
    case 'execution': {
      const listing = [...held].flatMap((purse) => {
        const ssds = ssdsOf(purse);
        return ssds?.includes(use.ssdId.toLowerCase()) ? [{ purse, count: ssds.length }] : [];
      });
      return [
        ...listing
          .toSorted((a, b) => a.count - b.count || (a.purse < b.purse ? -1 : 1))
          .map(({ purse }) => purse),
        'runtime_any',
        'any',
      ];
    }
    case 'upload':
    case 'storage':
      return ['cloud_storage', 'any'];
  }
}

export interface Draw {
  readonly purse: string;
  readonly amount: Credits;
}

/** What is left in the purses that pay for one use, drawn from in their order. Pure but for what it counts itself. */
export class Funds {
  readonly #purses: { readonly purse: string; left: Credits }[];

  /** @param balances of every purse that the organisation has */
  constructor(use: Use, balances: ReadonlyMap<string, Credits>) {
    this.#purses = drawingOrder(use, balances.keys()).map((purse) => ({
      purse,
      // A purse below nothing has nothing to give, and takes nothing from the others.
      left: Credits.max(0, balances.get(purse) ?? noCredits),
    }));
  }

  get available(): Credits {
    return this.#purses.reduce((sum, { left }) => sum.plus(left), noCredits);
  }

  /** Takes an amount, or what there is of it. */
  draw(amount: Credits): Draw[] {
    const drawn: Draw[] = [];
    let open = amount;
    for (const held of this.#purses) {
      const taken = Credits.min(open, held.left);
      if (taken.isZero()) continue;
      held.left = held.left.minus(taken);
      open = open.minus(taken);
      drawn.push({ purse: held.purse, amount: taken });
    }
    return drawn;
  }
}
