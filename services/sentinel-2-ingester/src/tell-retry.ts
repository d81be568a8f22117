import type { Kit } from '@fusion-platform/service-kit';

/** Says in the log and in the status that something is asked for once more. */
export function tellRetry(notice: string, kit: Kit): void {
  kit.log(notice);
  // Progress never goes back.
  kit.progress(0, notice);
}
