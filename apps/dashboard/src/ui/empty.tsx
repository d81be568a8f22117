import type { ReactNode } from 'react';

/** Nothing is there yet: says so, and what to do first. */
export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <div className="empty">
      <svg viewBox="0 0 40 40" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
        <path d="M4 28c6-10 10-10 14-5s8 3 18-10" strokeLinecap="round" />
        <circle cx="12" cy="11" r="4" />
        <path d="M4 34h32" strokeLinecap="round" strokeDasharray="2 3" />
      </svg>
      <h3>{title}</h3>
      {children}
    </div>
  );
}
