import type { ReactNode } from 'react';

/** Holds the place of what is on its way, so that nothing jumps when it comes. */
export function Skeleton({
  lines = 3,
  height = '1.25rem',
  label = 'Loading',
}: {
  readonly lines?: number;
  readonly height?: string;
  readonly label?: string;
}): ReactNode {
  return (
    <div className="stack" role="status" style={{ padding: 'var(--space-4)' }}>
      <span className="visually-hidden">{label} …</span>
      {Array.from({ length: lines }, (_, i) => (
        <div key={i} className="skeleton" style={{ height, width: `${100 - ((i * 17) % 45)}%` }} />
      ))}
    </div>
  );
}
