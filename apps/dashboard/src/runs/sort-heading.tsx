import type { ReactNode } from 'react';

import type { RunsSort } from './runs-search.ts';

export interface Sorting {
  readonly sort: RunsSort;
  readonly up: boolean;
  readonly by: (sort: RunsSort) => void;
}

export function SortHeading({
  name,
  sorting,
  number = false,
  narrow = false,
  children,
}: {
  readonly name: RunsSort;
  readonly sorting: Sorting | undefined;
  readonly number?: boolean;
  /** Whether it is left out on narrow screens. */
  readonly narrow?: boolean;
  readonly children: string;
}): ReactNode {
  const classes = [name, number && 'number', narrow && 'hide-narrow'].filter(Boolean).join(' ');
  if (!sorting) return <th className={classes}>{children}</th>;
  const active = sorting.sort === name;
  return (
    <th className={classes} aria-sort={active ? (sorting.up ? 'ascending' : 'descending') : 'none'}>
      <button type="button" className="sorts" onClick={() => sorting.by(name)}>
        {children}
        <span aria-hidden="true">{active ? (sorting.up ? ' ↑' : ' ↓') : ''}</span>
      </button>
    </th>
  );
}
