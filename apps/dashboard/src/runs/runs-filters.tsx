import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';

import { stateNames, states } from '../platform/states.ts';
import type { State } from '../platform/states.ts';
import { StateBadge } from '../ui/state-badge.tsx';
import type { RunsSearch } from './runs-search.ts';

export function RunsFilters({
  search,
  change,
}: {
  readonly search: RunsSearch;
  readonly change: (next: Partial<RunsSearch>) => void;
}): ReactNode {
  const [text, setText] = useState(search.q ?? '');
  const known = search.q ?? '';
  useEffect(() => {
    if (text === known) return undefined;
    const timer = setTimeout(() => change({ q: text || undefined } as Partial<RunsSearch>), 250);
    return () => clearTimeout(timer);
  }, [text, known, change]);
  const chosen = search.state ?? [];
  const toggle = (state: State): void => {
    const next = chosen.includes(state) ? chosen.filter((one) => one !== state) : [...chosen, state];
    change({ state: next.length > 0 ? next : undefined } as Partial<RunsSearch>);
  };
  return (
    <div className="filters" role="search">
      <label className="visually-hidden" htmlFor="search-runs">
        Search in names and reasons
      </label>
      <input
        id="search-runs"
        className="input"
        type="search"
        placeholder="Search in names and reasons"
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <div className="chips" role="group" aria-label="States">
        {states.map((state) => (
          <button
            key={state}
            type="button"
            className="chip"
            aria-pressed={chosen.includes(state)}
            onClick={() => toggle(state)}
          >
            <StateBadge state={state}>{stateNames[state]}</StateBadge>
          </button>
        ))}
      </div>
      {search.process && (
        <button type="button" className="chip" onClick={() => change({ process: undefined } as never)}>
          One process only ✕
        </button>
      )}
    </div>
  );
}
