import type { ProcessServiceExecution } from 'fusion-platform';

type Samples = NonNullable<ProcessServiceExecution['metrics']>;

/**
 * The most that was used, in bytes; null for what was never measured. What an attempt says of its own peak counts as well:
 * samples, a second apart, can miss it.
 */
export function peakOf(
  samples: Samples,
  attempts: readonly {
    readonly peak_memory?: number | null | undefined;
    readonly peak_storage?: number | null | undefined;
  }[],
): {
  readonly memory: number | null;
  readonly scratch: number | null;
} {
  let memory: number | null = null;
  let scratch: number | null = null;
  for (const sample of samples) {
    const { memory_total_bytes: total, memory_free_bytes: free, scratch_used_bytes: used } = sample;
    if (typeof total === 'number' && typeof free === 'number') memory = Math.max(memory ?? 0, total - free);
    if (typeof used === 'number') scratch = Math.max(scratch ?? 0, used);
  }
  for (const { peak_memory: most, peak_storage: stored } of attempts) {
    if (typeof most === 'number') memory = Math.max(memory ?? 0, most);
    if (typeof stored === 'number') scratch = Math.max(scratch ?? 0, stored);
  }
  return { memory, scratch };
}
