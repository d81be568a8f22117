/** Lets one loop sleep until somebody wakes it. Waking a loop that is awake makes its next sleep short. */
export interface Waker {
  readonly wake: () => void;
  /** Whatever it was woken for until now is seen by what the loop does next: it need not be woken for that again. */
  readonly forget: () => void;
  /** Resolves once woken, after the time, or when the signal is aborted, whichever is first. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

export function createWaker(): Waker {
  let awake = false;
  let resume: (() => void) | undefined;
  return {
    wake: () => {
      awake = true;
      resume?.();
    },
    forget: () => {
      awake = false;
    },
    sleep: async (milliseconds, signal) => {
      if (!awake && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const done = (): void => {
            clearTimeout(timer);
            signal.removeEventListener('abort', done);
            resume = undefined;
            resolve();
          };
          const timer = setTimeout(done, milliseconds);
          signal.addEventListener('abort', done, { once: true });
          resume = done;
        });
      }
      awake = false;
    },
  };
}
