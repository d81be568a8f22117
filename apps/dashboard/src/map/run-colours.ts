import type { RunExecution } from 'fusion-platform';

import { binaryBytes, credits } from '../format/number.ts';
import { between, duration } from '../format/time.ts';
import { spanOf } from '../run/span-of.ts';

/** What executions on the map are coloured by. */
export const runColourings = {
  state: 'State',
  reason: 'Kind of failure',
  duration: 'Duration',
  memory: 'Most memory',
  cost: 'Credits',
} as const;
export type RunColouring = keyof typeof runColourings;

export const readColouring = (text: string | undefined): RunColouring =>
  text !== undefined && Object.hasOwn(runColourings, text) ? (text as RunColouring) : 'state';

/** The number behind a colour; undefined where there is none. */
export function measureOf(execution: RunExecution, by: RunColouring, now: number): number | undefined {
  switch (by) {
    case 'duration':
      return between(spanOf(execution).from, spanOf(execution).to, now);
    case 'memory': {
      const peaks = execution.components.flatMap(({ peak_memory_bytes: peak }) => peak ?? []);
      return peaks.length > 0 ? Math.max(...peaks) : undefined;
    }
    case 'cost':
      return execution.charged ?? execution.price;
    case 'state':
    case 'reason':
      return undefined;
  }
}

export function measureText(value: number, by: RunColouring): string {
  if (by === 'memory') return binaryBytes(value);
  return by === 'duration' ? duration(value) : credits(value);
}
