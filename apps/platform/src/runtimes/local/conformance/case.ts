import { AttemptsHarness } from './harness.ts';
import type { AttemptsUnderTest } from './harness.ts';

/** One property of a runtime, named as a sentence. */
export interface ConformanceCase {
  name: string;
  /** Why it cannot be shown here. */
  skip?: string;
  run: () => Promise<void>;
}

export type CaseMaker = (subject: AttemptsUnderTest) => ConformanceCase;

/** A case in a harness of its own, which is cleared whatever happens. */
export function attemptCase(
  name: string,
  body: (harness: AttemptsHarness) => Promise<void>,
  skip: (subject: AttemptsUnderTest) => string | undefined = () => undefined,
): CaseMaker {
  return (subject) => {
    const reason = skip(subject);
    return {
      name,
      ...(reason === undefined ? {} : { skip: reason }),
      run: async () => {
        const harness = new AttemptsHarness(subject);
        try {
          await body(harness);
        } finally {
          await harness.clear();
        }
      },
    };
  };
}

export function needsIsolation(subject: AttemptsUnderTest): string | undefined {
  return subject.isolates ? undefined : 'this runtime isolates nothing';
}

export function needsProc(): string | undefined {
  return process.platform === 'linux' ? undefined : 'leftover processes are looked for in /proc';
}
