/** A component that can begin. */
export interface Candidate {
  readonly id: string;
  /** Megabytes. */
  readonly memory: number;
  /** How many that came later were started before it so far. */
  readonly overtaken: number;
}

/** The room that is free on this node. */
export interface Room {
  readonly slots: number;
  readonly memoryMb: number;
  /** Whether nothing runs: then one that needs more memory than there is at all runs alone. */
  readonly idle: boolean;
}

/**
 * A component that does not fit is overtaken by smaller ones, so that no memory lies idle for long; but by no more than
 * this many. Then those behind it wait with it until there is room.
 */
export const mostOvertaken = 20;

/**
 * Chooses which components begin.
 * @param candidates in the order in which they wait
 * @returns their ids, and how many of them overtook each that was passed over
 */
export function chooseComponents(
  candidates: readonly Candidate[],
  { slots, memoryMb, idle }: Room,
): { readonly chosen: readonly string[]; readonly overtaken: ReadonlyMap<string, number> } {
  const chosen: string[] = [];
  const passed = new Map<string, { before: number; count: number }>();
  let left = memoryMb;
  for (const { id, memory, overtaken } of candidates) {
    if (chosen.length >= slots) break;
    const alone = idle && chosen.length === 0;
    if (memory <= left || alone) {
      if ([...passed.values()].some(({ before, count }) => before + count >= mostOvertaken)) break;
      for (const one of passed.values()) one.count += 1;
      chosen.push(id);
      left -= memory;
    } else passed.set(id, { before: overtaken, count: 0 });
  }
  const counts = [...passed].map(([id, { count }]) => [id, count] as const);
  return { chosen, overtaken: new Map(counts.filter(([, count]) => count > 0)) };
}
