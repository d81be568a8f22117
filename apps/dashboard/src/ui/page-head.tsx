import { useEffect } from 'react';
import type { ReactNode } from 'react';

/** The first thing on a page, and its name in the browser. */
export function PageHead({
  title,
  name,
  crumbs,
  side,
  children,
}: {
  readonly title: ReactNode;
  /** The name in the browser's tab. */
  readonly name: string;
  readonly crumbs?: ReactNode;
  readonly side?: ReactNode;
  readonly children?: ReactNode;
}): ReactNode {
  useEffect(() => {
    document.title = `${name} · Fusion platform`;
  }, [name]);
  return (
    <header className="page-head">
      <div>
        {crumbs !== undefined && (
          <nav className="crumbs" aria-label="Where this is">
            {crumbs}
          </nav>
        )}
        <h1>{title}</h1>
        {children}
      </div>
      {side !== undefined && <div className="row">{side}</div>}
    </header>
  );
}
