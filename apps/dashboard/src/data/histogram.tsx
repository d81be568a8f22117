import type { ReactNode } from 'react';

import { significant } from '../format/number.ts';

const most = 40;

/** How values are spread, in at most 40 columns. */
export function Histogram({
  counts,
  from,
  to,
}: {
  readonly counts: readonly number[];
  readonly from: number | null | undefined;
  readonly to: number | null | undefined;
}): ReactNode {
  const each = Math.ceil(counts.length / most);
  const columns = Array.from({ length: Math.ceil(counts.length / each) }, (_, i) =>
    counts.slice(i * each, (i + 1) * each).reduce((sum, count) => sum + count, 0),
  );
  const highest = Math.max(...columns, 1);
  const told = `Histogram from ${significant(from, 4)} to ${significant(to, 4)}`;
  return (
    <div className="histogram" role="img" aria-label={told} title={told}>
      {columns.map((count, i) => (
        <span key={i} style={{ height: `${Math.max(count > 0 ? 3 : 0, (count / highest) * 100)}%` }} />
      ))}
    </div>
  );
}
