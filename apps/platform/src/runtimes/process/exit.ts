import { constants } from 'node:os';
import type { EndedBy } from '../local/attempts.ts';
import type { ExitDocument } from './files.ts';

const signalNames = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

/** How it ended, in words that do not depend on how it was run. */
export function endedOutcome(
  exit: { code: number | null; signal: string | null },
  endedBy: EndedBy,
  outOfMemory: boolean,
  sandboxed: boolean,
): Pick<ExitDocument, 'exitCode' | 'signal' | 'endedBy' | 'outOfMemory'> {
  let { code: exitCode, signal } = exit;
  // bubblewrap, like a shell, passes the death of its child by a signal on as 128 and the signal's number.
  const passedOn =
    sandboxed && exitCode !== null && exitCode > 128 ? signalNames.get(exitCode - 128) : undefined;
  if (passedOn !== undefined) [exitCode, signal] = [null, passedOn];
  // One whose worker ran out of memory and that went on to a good end has not failed by it.
  const byMemory = endedBy === 'memory' || (outOfMemory && exitCode !== 0);
  return {
    exitCode,
    signal,
    endedBy: byMemory && endedBy === 'itself' ? 'memory' : endedBy,
    outOfMemory: byMemory,
  };
}
