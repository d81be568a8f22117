import type { AttemptHandle } from '../runtimes/index.ts';
import type { Context } from './context.ts';
import type { AttemptRow } from './rows.ts';

/**
 * The runtime's handle of an attempt: the one it gave, or, when the platform was killed before it could write that down,
 * the one it would have given.
 */
export function handleOf({ runtime }: Context, attempt: AttemptRow): AttemptHandle {
  return (
    (attempt.handle as AttemptHandle | null) ?? {
      runtime: runtime.name,
      attemptId: attempt.id,
      folder: attempt.folder,
    }
  );
}
