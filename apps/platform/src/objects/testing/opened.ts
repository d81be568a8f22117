import type { Objects } from '../objects.ts';

/** A store of one test. */
export interface Opened {
  readonly objects: Objects;
  /** Whatever the store still holds of what was not finished, wherever it is. */
  leftovers(): Promise<readonly string[]>;
  /** Another one for the same objects, as after a restart. */
  reopen(): Promise<Objects>;
  /** Sweeps as if what is there had been there for days. */
  sweepAll(): Promise<void>;
}
