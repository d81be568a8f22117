import { Decimal } from 'decimal.js';

import type { Manifest } from '../catalogue/index.ts';
import { evaluate, ExpressionError } from './expressions.ts';
import type { Names } from './expressions.ts';

/** More than any run costs, and less than what the ledger can hold. */
const largest = 1e12;

/**
 * What one run of a service costs an organisation: the platform's charge and its owner's, in credits, exact.
 * @throws ExpressionError for a charge that is no number from 0 to 10^12
 */
export function priceOf(manifest: Manifest, names: Names, organisationId: string): Decimal {
  const own = manifest.organisation_charge_expressions.find(({ id }) => id === organisationId);
  return [
    own?.platform ?? manifest.charge_expression_platform,
    own?.owner ?? manifest.charge_expression_owner,
  ]
    .filter((expression) => expression !== null)
    .reduce((sum, expression) => sum.plus(chargeOf(expression, names)), new Decimal(0));
}

function chargeOf(expression: string, names: Names): Decimal {
  const value = evaluate(expression, names);
  if (typeof value !== 'number' || !(value >= 0 && value <= largest))
    throw new ExpressionError(
      expression,
      `its result is ${String(value)}: no charge from 0 to ${largest}`,
      undefined,
    );
  // A float's shortest text is what its author meant; the ledger keeps six places.
  return new Decimal(String(value)).toDecimalPlaces(6, Decimal.ROUND_HALF_UP);
}
