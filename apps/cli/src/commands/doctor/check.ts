import { describeError } from '../../errors/index.ts';
import type { ExitCode } from '../../errors/index.ts';

export interface Finding {
  readonly check: string;
  /** `missing` is what is not needed; `skipped` what cannot be known because of another fault. */
  readonly state: 'good' | 'wrong' | 'missing' | 'skipped';
  readonly message: string;
  readonly next?: string | undefined;
  /** Of what is wrong. */
  readonly exitCode?: ExitCode;
}

/** Makes a check; what it throws is what is wrong. */
export async function look(
  check: string,
  work: () => Promise<string | Omit<Finding, 'check'>>,
): Promise<Finding> {
  try {
    const found = await work();
    return typeof found === 'string' ? { check, state: 'good', message: found } : { check, ...found };
  } catch (error) {
    const { message, next, exitCode } = await describeError(error);
    return { check, state: 'wrong', message, next, exitCode };
  }
}
