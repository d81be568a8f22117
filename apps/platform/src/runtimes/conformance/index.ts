import { endCases } from './ends.ts';
import type { ConformanceCase, RuntimeUnderTest } from './harness.ts';
import { outputCases } from './outputs.ts';
import { recordCases } from './records.ts';
import { restartCases } from './restarts.ts';

export type { ConformanceCase, RuntimeHarness, RuntimeUnderTest } from './harness.ts';

/** What every runtime must do; each case has a harness of its own. */
export function runtimeConformance(subject: RuntimeUnderTest): ConformanceCase[] {
  return [...outputCases, ...endCases, ...recordCases, ...restartCases].map((make) => make(subject));
}
