import { heldMemory, listProcesses, readStat, sharedMemory, treeOf } from './process-table.ts';
import type { HeldMemory, ProcessRow } from './process-table.ts';

/** Processes may seem to hold so much more than they do before it is looked at what they share, which takes its time. */
const SHARED_BYTES = 64 * 1_048_576;

/** Of more processes a look is dear, and what one of them does meanwhile matters less. */
const MOST_AT_A_GLANCE = 16;

/** What was seen of a process. */
interface Seen {
  ownSeconds: number;
  /** The most of files that it had mapped. */
  files: number;
}

/**
 * What the processes of an attempt take where no control group counts it: by looking at them now and then. It never tells
 * more processor time than they took.
 */
export class TreeUsage {
  #memory = 0;
  #peak = 0;
  #cpu = 0;
  #looked = performance.now();
  /** Processes of the last look, by pid and start. */
  #seen = new Map<string, Seen>();
  #secondsOfGone = 0;

  get memoryBytes(): number {
    return this.#memory;
  }

  get peakMemoryBytes(): number {
    return this.#peak;
  }

  get cpuSeconds(): number {
    // Whole hundredths, which a sum of them need not look like.
    return Math.round(this.#cpu * 100) / 100;
  }

  /** How long ago that was, in milliseconds. */
  get age(): number {
    return performance.now() - this.#looked;
  }

  /** @param reaped the time of the first process, which has ended, and of all that were waited for */
  end(reaped: number): void {
    this.#cpu = Math.max(this.#cpu, reaped);
  }

  /** @param sandboxed whether the first process and its child are bubblewrap's */
  async look(root: number, sandboxed: boolean): Promise<void> {
    const family = treeOf(root, listProcesses(), { zombies: true });
    // The end is for whoever waits for it to tell.
    if (!family.some(({ zombie }) => !zombie)) return;
    this.#looked = performance.now();
    this.#lookAtTime(family);
    const own = sandboxed ? family.filter(({ pid, parent }) => pid !== root && parent !== root) : family;
    // It has not begun, or has let go of all on its way out: what is left says nothing of it.
    if (own.every(({ pid }) => heldMemory(pid) === null)) return;
    await this.#lookAtMemory(family);
  }

  /**
   * Looks at the time of those processes alone that were there at the last look, as often as every few milliseconds: one
   * read for each. Of attempts that nobody waits for, the time since is lost at their end.
   */
  glance(): void {
    if (this.#seen.size > MOST_AT_A_GLANCE) return;
    let withWaited = 0;
    let own = 0;
    for (const [key, seen] of this.#seen) {
      const row = readStat(Number.parseInt(key, 10));
      if (row !== undefined && keyOf(row) === key) {
        seen.ownSeconds = row.ownSeconds;
        withWaited += row.cpuSeconds;
      }
      own += seen.ownSeconds;
    }
    this.#looked = performance.now();
    this.#cpu = Math.max(this.#cpu, withWaited, this.#secondsOfGone + own);
  }

  /** The more of what they and those they waited for took by now, and what each that was ever seen took by itself. */
  #lookAtTime(family: readonly ProcessRow[]): void {
    const before = this.#seen;
    this.#seen = new Map();
    let withWaited = 0;
    let own = 0;
    for (const row of family) {
      const key = keyOf(row);
      this.#seen.set(key, { ownSeconds: row.ownSeconds, files: before.get(key)?.files ?? 0 });
      before.delete(key);
      withWaited += row.cpuSeconds;
      own += row.ownSeconds;
    }
    for (const { ownSeconds } of before.values()) this.#secondsOfGone += ownSeconds;
    this.#cpu = Math.max(this.#cpu, withWaited, this.#secondsOfGone + own);
  }

  async #lookAtMemory(family: readonly ProcessRow[]): Promise<void> {
    const held = family.flatMap((row) => {
      const memory = heldMemory(row.pid);
      return memory === null ? [] : [{ row, memory }];
    });
    const total = held.reduce((sum, { memory }) => sum + memory.own + memory.shared, 0);
    this.#memory = countedTwice(held) < SHARED_BYTES ? total : await proportional(held);
    this.#peak = Math.max(this.#peak, this.#memory);
    // What one process held between two looks, the system remembers: with the files that it had mapped.
    for (const { row, memory } of held) {
      const seen = this.#seen.get(keyOf(row));
      if (seen === undefined) continue;
      seen.files = Math.max(seen.files, memory.files);
      this.#peak = Math.max(this.#peak, memory.most - seen.files);
    }
  }
}

const keyOf = ({ pid, started }: ProcessRow): string => `${pid} ${started}`;

interface Held {
  readonly row: ProcessRow;
  readonly memory: HeldMemory;
}

/** The most that a plain sum counts more than once: forks share what they have not written since, by the same addresses. */
function countedTwice(held: readonly Held[]): number {
  const forks = Map.groupBy(held, ({ row }) => row.stack || `${row.pid}`);
  let twice = allButLargest(held.map(({ memory }) => memory.shared));
  for (const fork of forks.values()) twice += allButLargest(fork.map(({ memory }) => memory.own));
  return twice;
}

const allButLargest = (sizes: readonly number[]): number =>
  sizes.reduce((sum, size) => sum + size, 0) - Math.max(0, ...sizes);

/** Each page in equal parts by all who share it. */
async function proportional(held: readonly Held[]): Promise<number> {
  let total = 0;
  for (const { row, memory } of held) total += (await sharedMemory(row.pid)) ?? memory.own + memory.shared;
  return total;
}
