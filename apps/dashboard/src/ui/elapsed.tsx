import type { ReactNode } from 'react';

import { between, duration } from '../format/time.ts';
import { useNow } from './use-now.ts';

/** How long something took, or has taken so far. */
export function Elapsed({
  from,
  to,
}: {
  readonly from: string | null | undefined;
  readonly to: string | null | undefined;
}): ReactNode {
  const now = useNow(Boolean(from) && !to);
  return <span className="tabular">{duration(between(from, to, Math.max(now, Date.now())))}</span>;
}
