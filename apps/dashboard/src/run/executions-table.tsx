import type { RunExecution } from 'fusion-platform';
import { memo, useCallback, useMemo, useState } from 'react';
import type { ReactNode } from 'react';

import { binaryBytes, counted, credits } from '../format/number.ts';
import { asState, stateNames, states } from '../platform/states.ts';
import type { State } from '../platform/states.ts';
import { Elapsed } from '../ui/elapsed.tsx';
import { componentPath, RowLink } from '../ui/row-link.tsx';
import { StateBadge } from '../ui/state-badge.tsx';
import { useWindow } from '../ui/use-window.ts';
import { SelectedExecutions } from './selected-executions.tsx';
import { spanOf } from './span-of.ts';
import { labelOf } from './timeline.ts';
import './executions.css';

const rowHeight = 44;

/** All executions of a run, one a row, however many. */
export function ExecutionsTable({
  executions,
  org,
}: {
  readonly executions: readonly RunExecution[];
  readonly org: string;
}): ReactNode {
  const [only, setOnly] = useState<State>();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const shown = useMemo(
    () => executions.filter(({ state }) => only === undefined || state === only),
    [executions, only],
  );
  const toggle = useCallback(
    (id: string): void =>
      setChosen((before) => {
        const next = new Set(before);
        if (!next.delete(id)) next.add(id);
        return next;
      }),
    [],
  );
  const counts = useMemo(() => Map.groupBy(executions, ({ state }) => state), [executions]);
  return (
    <section className="panel" aria-label="Executions">
      <header>
        <div className="chips" role="group" aria-label="States">
          {states
            .filter((state) => counts.has(state))
            .map((state) => (
              <button
                key={state}
                type="button"
                className="chip"
                aria-pressed={only === state}
                onClick={() => setOnly(only === state ? undefined : state)}
              >
                <StateBadge state={state}>
                  {stateNames[state]} {counts.get(state)!.length}
                </StateBadge>
              </button>
            ))}
        </div>
        <span className="spacer" />
        <span className="small muted">{counted(shown.length, 'execution')}</span>
      </header>
      <SelectedExecutions
        executions={executions.filter(({ id }) => chosen.has(id))}
        clear={() => setChosen(new Set())}
      />
      <Rows
        shown={shown}
        org={org}
        chosen={chosen}
        toggle={toggle}
        choose={(all) => setChosen(new Set(all ? shown.map(({ id }) => id) : []))}
      />
    </section>
  );
}

/** Apart from what stands around it, which scrolling does not change. */
function Rows({
  shown,
  org,
  chosen,
  toggle,
  choose,
}: {
  readonly shown: readonly RunExecution[];
  readonly org: string;
  readonly chosen: ReadonlySet<string>;
  readonly toggle: (id: string) => void;
  readonly choose: (all: boolean) => void;
}): ReactNode {
  const { place, from, to, onScroll } = useWindow(shown.length, rowHeight);
  return (
    <div
      className="executions"
      role="table"
      aria-label="Executions of this run"
      aria-rowcount={shown.length + 1}
      tabIndex={0}
      ref={place}
      onScroll={onScroll}
    >
      <div role="rowgroup" className="executions-head">
        <Heads all={shown.length > 0 && shown.every(({ id }) => chosen.has(id))} choose={choose} />
      </div>
      <div role="rowgroup" style={{ height: shown.length * rowHeight, position: 'relative' }}>
        {shown.slice(from, to).map((execution, i) => (
          <Row
            key={execution.id}
            execution={execution}
            org={org}
            top={(from + i) * rowHeight}
            place={from + i}
            chosen={chosen.has(execution.id)}
            toggle={toggle}
          />
        ))}
      </div>
    </div>
  );
}

function Heads({
  all,
  choose,
}: {
  readonly all: boolean;
  readonly choose: (all: boolean) => void;
}): ReactNode {
  return (
    <div className="executions-row" role="row" aria-rowindex={1}>
      <span role="columnheader">
        <input
          type="checkbox"
          aria-label="Choose all that are shown"
          checked={all}
          onChange={({ target }) => choose(target.checked)}
        />
      </span>
      <span role="columnheader">Execution</span>
      <span role="columnheader">State</span>
      <span role="columnheader" className="what">
        Components
      </span>
      <span role="columnheader" className="number">
        Duration
      </span>
      <span role="columnheader" className="number hide-narrow">
        Most memory
      </span>
      <span role="columnheader" className="number hide-narrow">
        Credits
      </span>
    </div>
  );
}

/** Only rows that come into view are drawn anew while it scrolls: their links cost most of a frame. */
const Row = memo(function Row({
  execution,
  org,
  top,
  place,
  chosen,
  toggle,
}: {
  readonly execution: RunExecution;
  readonly org: string;
  readonly top: number;
  readonly place: number;
  readonly chosen: boolean;
  readonly toggle: (id: string) => void;
}): ReactNode {
  const { id, state, components, abort_reason: reason } = execution;
  const peak = Math.max(...components.map(({ peak_memory_bytes: bytesUsed }) => bytesUsed ?? 0));
  const label = labelOf(execution);
  const span = spanOf(execution);
  return (
    <div
      className="executions-row"
      role="row"
      aria-rowindex={place + 2}
      aria-selected={chosen}
      style={{ transform: `translateY(${top}px)`, height: rowHeight }}
    >
      <span role="cell">
        <input type="checkbox" aria-label={`Choose ${label}`} checked={chosen} onChange={() => toggle(id)} />
      </span>
      <span role="cell" className="tabular">
        {label}
      </span>
      <span role="cell">
        <StateBadge state={asState(state)} />
      </span>
      <span role="cell" className="cut what">
        {components.map((component) => (
          <RowLink
            key={component.id}
            path={componentPath(org, component.id)}
            title={component.abort_reason ?? component.name}
          >
            <StateBadge state={asState(component.state)}>{component.name}</StateBadge>
          </RowLink>
        ))}
        {reason && (
          <span className="small muted cut reason" title={reason}>
            {reason}
          </span>
        )}
      </span>
      <span role="cell" className="number">
        {span.from ? <Elapsed {...span} /> : '–'}
      </span>
      <span role="cell" className="number hide-narrow">
        {peak > 0 ? binaryBytes(peak) : '–'}
      </span>
      <span role="cell" className="number hide-narrow">
        {credits(execution.charged ?? execution.price)}
      </span>
    </div>
  );
});
