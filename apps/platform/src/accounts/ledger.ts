import { eq, sql } from 'drizzle-orm';

import { CallError } from '@fusion-platform/contract';
import { Decimal } from 'decimal.js';

import { tables } from '../database/index.ts';
import type { Queries } from '../database/index.ts';

export const purses = ['any', 'cloud_storage', 'registry_storage', 'runtime_any'] as const;
export type Purse = (typeof purses)[number];

export interface Movement {
  readonly organisationId: string;
  /** Exact decimal text. */
  readonly amount: string;
  readonly kind: 'grant' | 'execution' | 'refund' | 'upload' | 'storage';
  /** What it was for. */
  readonly reference?: string;
  /** The same movement is written once, however often it is tried, e.g. `execution:<id>`. */
  readonly once: string;
  readonly note?: string;
}

/** The sum of an organisation's purse. */
export async function balance(
  queries: Queries,
  organisationId: string,
  purse: Purse = 'any',
): Promise<Decimal> {
  const [row] = await queries
    .select({ sum: sql<string>`coalesce(sum(${tables.ledger.amount}), 0)::text` })
    .from(tables.ledger)
    .where(sql`${tables.ledger.organisation_id} = ${organisationId} and ${tables.ledger.purse} = ${purse}`);
  return new Decimal(row?.sum ?? 0);
}

/** Adds credits to an organisation. */
export async function grant(queries: Queries, movement: Movement): Promise<void> {
  await write(queries, movement, new Decimal(movement.amount));
}

/**
 * Spends credits, in the caller's transaction. Charging the same `once` again does nothing.
 * @throws CallError `insufficient_credits` when the purse does not hold the amount
 */
export async function charge(queries: Queries, movement: Movement): Promise<void> {
  const amount = new Decimal(movement.amount);
  if (amount.isNegative()) throw new RangeError(`a charge of ${movement.amount} credits`);
  // Two charges at once would each see the other's credits: the organisation's row lets one through at a time.
  await queries
    .select()
    .from(tables.organisations)
    .where(eq(tables.organisations.id, movement.organisationId))
    .for('update');
  const [known] = await queries.select().from(tables.ledger).where(eq(tables.ledger.once, movement.once));
  if (known || amount.isZero()) return;
  const held = await balance(queries, movement.organisationId);
  if (held.lessThan(amount)) {
    throw new CallError(
      'insufficient_credits',
      `Insufficient credits: ${amount.toString()} needed, ${held.toString()} available`,
    );
  }
  await write(queries, movement, amount.negated());
}

/** Gives credits back, in the caller's transaction. */
export async function refund(queries: Queries, movement: Movement): Promise<void> {
  await write(queries, movement, new Decimal(movement.amount));
}

async function write(queries: Queries, movement: Movement, amount: Decimal): Promise<void> {
  if (amount.isZero()) return;
  await queries
    .insert(tables.ledger)
    .values({
      organisation_id: movement.organisationId,
      purse: 'any',
      amount: amount.toFixed(6),
      kind: movement.kind,
      reference: movement.reference ?? null,
      once: movement.once,
      note: movement.note ?? null,
    })
    .onConflictDoNothing({ target: tables.ledger.once });
}
