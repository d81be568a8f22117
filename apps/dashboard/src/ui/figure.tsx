import type { ReactNode } from 'react';

/** One number with its name and unit. */
export function Figure({
  what,
  children,
  note,
}: {
  readonly what: string;
  readonly children: ReactNode;
  readonly note?: ReactNode;
}): ReactNode {
  return (
    <div className="figure">
      <span className="what">{what}</span>
      <span className="value">{children}</span>
      {note !== undefined && <span className="small muted">{note}</span>}
    </div>
  );
}
