import type { ProcessServiceExecution } from 'fusion-platform';

type Samples = NonNullable<ProcessServiceExecution['metrics']>;

/** The most that was used, in bytes; null for what was never measured. */
export function peakOf(samples: Samples): {
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
  return { memory, scratch };
}
