import type { ConformanceCase } from './case.ts';
import { endCases } from './ends.ts';
import { isolationCases } from './isolation.ts';
import { limitCases } from './limits.ts';
import { logCases } from './logs.ts';
import { metricsCases } from './metrics.ts';
import type { AttemptsUnderTest } from './harness.ts';
import { restartCases } from './restarts.ts';
import { stopCases } from './stops.ts';
import { usageCases } from './usage.ts';

export type { ConformanceCase } from './case.ts';
export type { AttemptsUnderTest } from './harness.ts';

/** What everything that runs commands in folders must do; each case makes its own folders and clears them. */
export function attemptsConformance(subject: AttemptsUnderTest): ConformanceCase[] {
  return [
    ...endCases,
    ...logCases,
    ...metricsCases,
    ...usageCases,
    ...stopCases,
    ...limitCases,
    ...isolationCases,
    ...restartCases,
  ].map((make) => make(subject));
}
