import type { Runtime } from '../../runtimes/index.ts';
import type { AttemptHints } from '../context.ts';

/** Hands the hints of a runtime, which come for all attempts in one stream, to those who drive them. */
export function createAttemptHints(
  runtime: Pick<Runtime, 'watch'>,
  warn: (error: unknown) => void,
): AttemptHints {
  const listeners = new Map<string, () => void>();
  const closing = new AbortController();
  const { signal } = closing;
  const watching = runtime
    .watch((attemptIds) => attemptIds.forEach((id) => listeners.get(id)?.()), { signal })
    // Looking from time to time goes on without them.
    .catch(warn);
  return {
    subscribe: (attemptId, heard) => {
      listeners.set(attemptId, heard);
      return () => {
        if (listeners.get(attemptId) === heard) listeners.delete(attemptId);
      };
    },
    close: async () => {
      closing.abort();
      await watching;
    },
  };
}
