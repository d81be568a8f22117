import { reapedCpuSeconds } from './process-table.ts';

/** What was seen of a child, and how many milliseconds ago. */
interface LastSeen {
  readonly cpuSeconds: number;
  readonly age: number;
}

interface Ended {
  readonly seen: LastSeen;
  readonly tell: (seconds: number) => void;
}

let running = 0;
let given = 0;
let ended: Ended[] = [];

/** Call when a child is started whose processor time is to be told: what ended before then is nobody's. */
export function childStarted(): void {
  if (running === 0) given = reapedCpuSeconds() ?? 0;
  running += 1;
}

/**
 * Call when a child has exited, in the very turn in which that is told.
 * @returns the processor time of it and all that it waited for, to the 10 ms in which the system counts; null where that is
 * not told. The system counts all ended children together: of those whose end was told in one turn each gets what was seen
 * of it, and of the rest a part by how long it had not been looked at.
 */
export async function childEnded({ cpuSeconds, age }: LastSeen): Promise<number | null> {
  running -= 1;
  if (reapedCpuSeconds() === null) return null;
  return await new Promise<number>((resolve) => {
    ended.push({ seen: { cpuSeconds, age }, tell: resolve });
    if (ended.length === 1) setImmediate(share);
  });
}

function share(): void {
  const together = ended;
  ended = [];
  const now = reapedCpuSeconds() ?? given;
  const seen = together.reduce((sum, one) => sum + one.seen.cpuSeconds, 0);
  const unseen = together.reduce((sum, one) => sum + one.seen.age, 0) || 1;
  const rest = Math.max(0, now - given - seen);
  for (const one of together)
    one.tell(together.length === 1 ? now - given : one.seen.cpuSeconds + (rest * one.seen.age) / unseen);
  given = now;
}
