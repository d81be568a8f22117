import { SafeFetchError } from '../../events/index.ts';

/**
 * What an action is refused with when something it needs fails. Nothing that asks for another try by itself: what an
 * address does when it is called may have been done.
 */
export function codeOf(error: unknown): 'forbidden' | 'conflict' {
  return error instanceof SafeFetchError && error.code === 'refused' ? 'forbidden' : 'conflict';
}
