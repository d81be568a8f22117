import { buildReason, reasonTable } from '@fusion-platform/contract/reasons';
import type { Reason, ReasonCode } from '@fusion-platform/contract';

import type { StoredReason } from '../../database/index.ts';

/**
 * A reason that was written down; null where there is none, or none that this version knows.
 * @param said a sentence that is written down elsewhere
 */
export function readReason(stored: StoredReason | null, said?: string | null): Reason | null {
  if (stored === null || !Object.hasOwn(reasonTable, stored.code)) return null;
  // Evidence was checked against its code when it was written.
  return buildReason(stored.code as ReasonCode, stored.evidence as never, stored.sentence ?? said);
}
