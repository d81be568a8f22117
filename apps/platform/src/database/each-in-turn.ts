import { moveTurn } from './turn.ts';
import type { Turn } from './turn.ts';

/**
 * Does something to each of those that one turn of a step of maintenance takes. What is wrong with one holds up no other: it
 * has its next turn once all others have had theirs.
 * @param list.fault what the log says of one to which it cannot be done
 * @returns whether there may be more behind them
 * @throws AggregateError of all faults, once all were tried
 */
export async function eachInTurn<T extends { readonly id: string }>(
  log: { error(fields: object, message: string): void },
  list: { readonly turn: Turn; readonly taken: readonly T[]; readonly most: number; readonly fault: string },
  work: (one: T) => Promise<void>,
): Promise<boolean> {
  const { turn, taken, most, fault } = list;
  const more = moveTurn(turn, taken, most);
  const faults: unknown[] = [];
  for (const one of taken)
    await work(one).catch((error: unknown) => {
      log.error({ err: error, id: one.id }, fault);
      faults.push(error);
    });
  if (faults.length > 0) throw new AggregateError(faults, `${fault} (${faults.length} of ${taken.length})`);
  return more;
}
