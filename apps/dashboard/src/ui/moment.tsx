import type { ReactNode } from 'react';

import { dateTime, relative } from '../format/time.ts';
import { useNow } from './use-now.ts';

/** How long ago, with the exact moment behind it. */
export function Moment({ at }: { readonly at: string | null | undefined }): ReactNode {
  const now = useNow();
  if (!at) return <span className="muted">–</span>;
  return (
    <time dateTime={at} title={dateTime(at)} className="tabular nowrap">
      {relative(at, now)}
    </time>
  );
}
