import { Place } from './place.ts';
import type { Subject } from './place.ts';

/** One property of a runtime, named as a sentence. */
export interface ConformanceCase {
  name: string;
  /** Why it cannot be shown here. */
  skip?: string;
  run: () => Promise<void>;
}

export type CaseMaker = (subject: Subject) => ConformanceCase;

/** A case in a place of its own, which is cleared whatever happens. */
export function inPlace(
  name: string,
  body: (place: Place) => Promise<void>,
  skip: (subject: Subject) => string | undefined = () => undefined,
): CaseMaker {
  return (subject) => {
    const reason = skip(subject);
    return {
      name,
      ...(reason === undefined ? {} : { skip: reason }),
      run: async () => {
        const place = new Place(subject);
        try {
          await body(place);
        } finally {
          await place.clear();
        }
      },
    };
  };
}

export function needsIsolation(subject: Subject): string | undefined {
  return subject.isolates ? undefined : 'this runtime isolates nothing';
}

export function needsProc(): string | undefined {
  return process.platform === 'linux' ? undefined : 'leftover processes are looked for in /proc';
}
