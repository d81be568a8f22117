import { firstTurn } from '../../database/index.ts';
import type { Turn } from '../../database/index.ts';
import type { Context } from '../context.ts';
import {
  advanceSchedules,
  moveGroups,
  nextDue,
  payWaiting,
  startChangedRuns,
  startDueRuns,
  stopDoneProcesses,
} from '../run/index.ts';
import { removeExpired, removeLeft, warnOfExpiry } from '../cleanup/index.ts';

/** Each takes so many in one turn. @returns whether there may be more */
type Step = (context: Context, turn: Turn) => Promise<boolean>;

const steps: readonly Step[] = [
  startDueRuns,
  advanceSchedules,
  startChangedRuns,
  payWaiting,
  moveGroups,
  stopDoneProcesses,
];
const expirySteps: readonly Step[] = [warnOfExpiry, removeExpired, removeLeft];

const expiryEveryMilliseconds = 60_000;

export interface Maintenance {
  /** Does what is due. @returns after how many milliseconds the next is */
  readonly doDue: (signal: AbortSignal) => Promise<number>;
  /** Lets in whose turn has come because an execution has ended. @returns whether there may be more of them */
  readonly moveOn: () => Promise<boolean>;
}

/**
 * What is to be done on time: runs that are due begin, schedules move on, executions whose turn has come are let in,
 * processes that are over turn to stop a while after their last execution has ended, expired executions go. Of each there
 * are so many in one turn.
 */
export function createMaintenance(context: Context): Maintenance {
  let expiredAt = Number.NEGATIVE_INFINITY;
  const inTurns = (list: readonly Step[]) => list.map((step) => ({ step, turn: firstTurn() }));
  const always = inTurns(steps);
  const expiring = inTurns(expirySteps);
  const doDue = async (signal: AbortSignal): Promise<number> => {
    const now = performance.now();
    const isExpiryDue =
      expiring.some(({ turn }) => turn.after !== null) ||
      now - expiredAt >= Math.min(expiryEveryMilliseconds, context.settings.resyncSeconds * 12_000);
    if (isExpiryDue) expiredAt = now;
    const faults: unknown[] = [];
    let mayMore = false;
    for (const { step, turn } of isExpiryDue ? [...always, ...expiring] : always) {
      signal.throwIfAborted();
      const more = await step(context, turn).catch((error: unknown) => void faults.push(error));
      mayMore ||= more === true;
    }
    // What fails of one is no reason to leave the others; the loop hears of it, and tries again in a while.
    if (faults.length > 0) throw new AggregateError(faults, 'not all that is due could be done');
    return mayMore ? 0 : await nextDue(context);
  };
  const groups = firstTurn();
  const moveOn = async (): Promise<boolean> => {
    try {
      return await moveGroups(context, groups);
    } catch (error) {
      if (!(error instanceof AggregateError)) throw error;
      // The log names each that cannot begin. Those behind them have their turn; these have the next one.
      return groups.after !== null;
    }
  };
  return { doDue, moveOn };
}
