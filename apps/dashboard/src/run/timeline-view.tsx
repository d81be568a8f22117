import type { RunExecution } from 'fusion-platform';
import { memo, useMemo } from 'react';
import type { ReactNode } from 'react';

import { duration } from '../format/time.ts';
import { stateNames } from '../platform/states.ts';
import { Empty } from '../ui/empty.tsx';
import { componentPath, RowLink } from '../ui/row-link.tsx';
import { useNow } from '../ui/use-now.ts';
import { useWindow } from '../ui/use-window.ts';
import { ticksOf, timelineOf } from './timeline.ts';
import type { Timeline, TimelineRow } from './timeline.ts';
import './timeline.css';

const rowHeight = 28;

/** Marks of the time are whole seconds: `5 s`, not `5.0 s`. */
const tick = (second: number): string => (second < 10 ? `${second} s` : duration(second));

/** When what ran, for how long, and what ran side by side. */
export function TimelineView({
  executions,
  open,
  org,
}: {
  readonly executions: readonly RunExecution[];
  readonly open: boolean;
  readonly org: string;
}): ReactNode {
  const moment = useNow(open);
  // Of what has ended the time does not matter: only what runs is worked out again each second.
  const now = open ? Math.max(moment, Date.now()) : 0;
  const timeline = useMemo(() => timelineOf(executions, now || Date.now()), [executions, now]);
  const { place, from, to, onScroll } = useWindow(timeline.rows.length, rowHeight);
  if (timeline.sideBySide === 0) return <Empty title="Nothing of it has begun" />;
  const seconds = (timeline.end - timeline.start) / 1000;
  return (
    <div className="timeline">
      <p className="small muted">
        {duration(seconds)} in all, for {duration(timeline.work / 1000)} of work; at most{' '}
        {timeline.sideBySide} {timeline.sideBySide === 1 ? 'component' : 'components'} at once.
      </p>
      <div className="timeline-axis" aria-hidden="true">
        <span />
        <div>
          {ticksOf(seconds, 8).map((second) => (
            <span key={second} style={{ left: `${(second / seconds) * 100}%` }}>
              {tick(second)}
            </span>
          ))}
        </div>
      </div>
      <div
        className="timeline-rows"
        ref={place}
        onScroll={onScroll}
        tabIndex={0}
        role="region"
        aria-label="Timeline"
        style={{ maxHeight: 24 * rowHeight }}
      >
        <ol style={{ height: timeline.rows.length * rowHeight, position: 'relative' }}>
          {timeline.rows.slice(from, to).map((row, i) => (
            <Row key={row.id} row={row} timeline={timeline} org={org} top={(from + i) * rowHeight} />
          ))}
        </ol>
      </div>
    </div>
  );
}

const Row = memo(function Row({
  row,
  timeline: { start, end },
  org,
  top,
}: {
  readonly row: TimelineRow;
  readonly timeline: Timeline;
  readonly org: string;
  readonly top: number;
}): ReactNode {
  const share = (moment: number): number => ((moment - start) / (end - start)) * 100;
  return (
    <li className="timeline-row" style={{ top, height: rowHeight }}>
      <span className="cut" title={row.label}>
        {row.label}
      </span>
      <div>
        {row.segments.map(({ id, name, state, from, to }) => {
          const told = `${name}: ${stateNames[state].toLowerCase()}, ${duration((to - from) / 1000)}`;
          return (
            <RowLink
              key={id}
              path={componentPath(org, id)}
              className={`segment ${state}`}
              title={told}
              aria-label={told}
              style={{ left: `${share(from)}%`, width: `max(3px, ${share(to) - share(from)}%)` }}
            >
              {share(to) - share(from) > 8 && <span>{name}</span>}
            </RowLink>
          );
        })}
      </div>
    </li>
  );
});
