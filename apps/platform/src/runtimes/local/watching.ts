import type { AttemptHandle, LocalAttempts } from './attempts.ts';

export interface Watching {
  /** Hears of the attempt from now on, until it has ended. */
  readonly add: (handle: AttemptHandle) => void;
  /** Calls `listener` with whatever is heard of any of them, until the signal is aborted. */
  readonly listen: (listener: (attemptIds: readonly string[]) => void, signal: AbortSignal) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** One stream of hints from all attempts that somebody asks about. */
export function createWatching(attempts: Pick<LocalAttempts, 'watch'>): Watching {
  const listeners = new Set<(attemptIds: readonly string[]) => void>();
  const watched = new Map<string, Promise<void>>();
  const closing = new AbortController();
  const watch = async (handle: AttemptHandle): Promise<void> => {
    const { attemptId } = handle;
    const tell = (): void => listeners.forEach((listener) => listener([attemptId]));
    try {
      await attempts.watch(handle, tell, { signal: closing.signal });
    } catch {
      // A hint that does not come is made up for by the next look.
    } finally {
      watched.delete(attemptId);
    }
  };
  return {
    add: (handle) => {
      if (listeners.size === 0 || closing.signal.aborted || watched.has(handle.attemptId)) return;
      watched.set(handle.attemptId, watch(handle));
    },
    listen: async (listener, signal) => {
      if (signal.aborted) return;
      listeners.add(listener);
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      listeners.delete(listener);
    },
    close: async () => {
      closing.abort();
      await Promise.all(watched.values());
    },
  };
}
