import { CallError } from '@fusion-platform/contract';

import { AdministrationError, UsageError } from './errors.ts';
import type { Fault } from './errors.ts';

/** What the operator is told of a failure; undefined for one that nobody expected. */
export function faultOf(error: unknown): Fault | undefined {
  if (error instanceof UsageError) return { message: error.message, kind: 'usage' };
  if (error instanceof AdministrationError) return { message: error.message, kind: error.kind };
  if (error instanceof CallError)
    return { message: error.message, kind: error.code === 'not_found' ? 'not_found' : 'refused' };
  return undefined;
}
