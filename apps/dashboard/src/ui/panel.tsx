import { useId } from 'react';
import type { ReactNode } from 'react';

export function Panel({
  title,
  side,
  flush = false,
  id: anchor,
  children,
}: {
  readonly title: ReactNode;
  readonly side?: ReactNode;
  /** Whether what is inside comes up to the edges, as a table does. */
  readonly flush?: boolean;
  /** By which it is found in the page. */
  readonly id?: string;
  readonly children: ReactNode;
}): ReactNode {
  const id = useId();
  return (
    <section className="panel" id={anchor} aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        <span className="spacer" />
        {side}
      </header>
      {flush ? children : <div className="inside">{children}</div>}
    </section>
  );
}
