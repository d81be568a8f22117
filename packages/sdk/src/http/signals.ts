/** Waits, unless the signal is aborted: then throws its reason. */
export async function delay(ms: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const aborted = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', aborted);
      resolve();
    }, ms);
    signal?.addEventListener('abort', aborted, { once: true });
  });
}

/** One signal of several, some of which may be absent. */
export function anySignal(...signals: readonly (AbortSignal | undefined)[]): AbortSignal | undefined {
  const present = [...new Set(signals.filter((signal) => signal !== undefined))];
  return present.length > 1 ? AbortSignal.any(present) : present[0];
}

export interface Deadline {
  readonly signal: AbortSignal;
  readonly passed: boolean;
  /** Starts the time anew. */
  extend(): void;
  /** Stops the time until `extend`. */
  pause(): void;
  clear(): void;
}

/** Aborts when the outer signal does, or once nothing has extended it for so long. */
export function startDeadline(ms: number, outer: AbortSignal | undefined): Deadline {
  const controller = new AbortController();
  let passed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const extend = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      passed = true;
      controller.abort(new Error(`no answer within ${ms / 1000} s`));
    }, ms);
  };
  const forward = (): void => controller.abort(outer?.reason);
  if (outer?.aborted) forward();
  else outer?.addEventListener('abort', forward, { once: true });
  extend();
  return {
    signal: controller.signal,
    get passed() {
      return passed;
    },
    extend,
    pause: () => clearTimeout(timer),
    clear: () => {
      clearTimeout(timer);
      outer?.removeEventListener('abort', forward);
    },
  };
}
