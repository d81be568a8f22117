import type { AttemptHandle } from '../../runtimes/index.ts';
import type { Context } from '../context.ts';
import type { AttemptRow } from '../rows.ts';

/**
 * The runtime's handle of an attempt: the one it gave, or, when the platform was killed before it could write that down,
 * one that names it by its id.
 */
export function handleOf({ runtime }: Pick<Context, 'runtime'>, attempt: AttemptRow): AttemptHandle {
  const given = attempt.handle as AttemptHandle | null;
  return { runtime: runtime.name, attemptId: attempt.id, nodeId: attempt.node_id, data: {}, ...given };
}
