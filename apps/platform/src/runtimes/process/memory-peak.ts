/** What a control group tells of memory. */
export interface MemoryUsage {
  /** What its processes hold: memory of their own and shared memory. */
  readonly heldBytes: number;
  /** That, what the kernel holds for them, and the cache of the files that they read and wrote, which it drops as it needs to. */
  readonly chargedBytes: number;
  readonly mostChargedBytes: number;
  /** Whether one of them was killed for want of memory. */
  readonly killed: boolean;
}

/**
 * The most memory that the processes of a control group held. The kernel remembers the most of all that it charged, cache
 * of files included, so that whoever reads a large file seems to have used all that there was. What they held when most was
 * charged is that less the cache, of which there was no more than was seen at any look, the one after the end included:
 * cache stays until it is dropped.
 */
export class MemoryPeak {
  #held = 0;
  #besides = 0;

  /** @returns the peak as far as is known by now */
  look({ heldBytes, chargedBytes, mostChargedBytes, killed }: MemoryUsage): number {
    this.#held = Math.max(this.#held, heldBytes);
    this.#besides = Math.max(this.#besides, chargedBytes - heldBytes);
    // It asked for more than all, when the cache was dropped already.
    if (killed) return Math.max(this.#held, mostChargedBytes);
    return Math.max(this.#held, mostChargedBytes - this.#besides);
  }
}
