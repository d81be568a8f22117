import { Link } from '@tanstack/react-router';
import type { Run } from 'fusion-platform';
import type { ReactNode } from 'react';

import { counted, credits } from '../format/number.ts';
import { dateTime } from '../format/time.ts';
import { asState } from '../platform/states.ts';
import { nextText } from '../reasons/evidence.ts';
import { Elapsed } from '../ui/elapsed.tsx';
import { Moment } from '../ui/moment.tsx';
import { CountsBar, ProgressBar } from '../ui/progress-bar.tsx';
import { StateBadge } from '../ui/state-badge.tsx';
import { SortHeading } from './sort-heading.tsx';
import type { Sorting } from './sort-heading.tsx';
import './runs.css';
import { TableScroll } from '../ui/table-scroll.tsx';

export interface Selecting {
  readonly chosen: ReadonlySet<string>;
  readonly toggle: (id: string) => void;
}

/** Runs, one a row: a group is folded into one. */
export function RunsTable({
  runs,
  org,
  sorting,
  selecting,
  ofOne = false,
}: {
  readonly runs: readonly Run[];
  readonly org: string;
  readonly sorting?: Sorting;
  readonly selecting?: Selecting;
  /** Whether all are of one process, which need not be named in each row. */
  readonly ofOne?: boolean;
}): ReactNode {
  return (
    <TableScroll label="Runs">
      <table className={ofOne ? 'table runs of-one' : 'table runs'}>
        <thead>
          <tr>
            {selecting && (
              <th className="choose">
                <span className="visually-hidden">Choose</span>
              </th>
            )}
            <th className="run-state">State</th>
            {ofOne ? (
              <th>Run</th>
            ) : (
              <SortHeading name="name" sorting={sorting}>
                Process
              </SortHeading>
            )}
            <th className="hide-narrow progress">Progress</th>
            {/* Of one process the moment is what a run is called. */}
            {!ofOne && (
              <SortHeading name="started" sorting={sorting} narrow>
                Started
              </SortHeading>
            )}
            <SortHeading name="duration" sorting={sorting} number>
              Duration
            </SortHeading>
            <SortHeading name="cost" sorting={sorting} number narrow>
              Credits
            </SortHeading>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <RunRow key={run.id} run={run} org={org} ofOne={ofOne} {...(selecting ? { selecting } : {})} />
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}

function RunRow({
  run,
  org,
  ofOne,
  selecting,
}: {
  readonly run: Run;
  readonly org: string;
  readonly ofOne: boolean;
  readonly selecting?: Selecting;
}): ReactNode {
  const state = asState(run.state);
  const chosen = selecting?.chosen.has(run.id) ?? false;
  return (
    <tr aria-selected={selecting ? chosen : undefined}>
      {selecting && (
        <td>
          <input
            type="checkbox"
            aria-label={`Choose ${run.process_name}`}
            checked={chosen}
            onChange={() => selecting.toggle(run.id)}
          />
        </td>
      )}
      <td>
        <StateBadge state={state} />
      </td>
      <td className="what">
        <Link to="/o/$org/runs/$run" params={{ org, run: run.id }}>
          {ofOne ? dateTime(run.started_at) : run.process_name}
        </Link>
        {run.group_id && <span className="small muted"> {counted(run.count, 'execution')}</span>}
        <Why run={run} />
      </td>
      <td className="hide-narrow progress">
        {run.group_id ? (
          <CountsBar counts={run} />
        ) : (
          <ProgressBar percent={state === 'succeeded' ? 100 : run.progress} state={state} />
        )}
      </td>
      {!ofOne && (
        <td className="hide-narrow">
          <Moment at={run.started_at} />
        </td>
      )}
      <td className="number">
        <Elapsed from={run.started_at} to={run.ended_at} />
      </td>
      <td className="number hide-narrow">{credits(run.charged ?? run.price)}</td>
    </tr>
  );
}

/** Why it failed or waits, in the row itself, and what is to be done about it where that is not the platform's own. */
function Why({ run }: { readonly run: Run }): ReactNode {
  const reason = run.reasons?.find(({ kind }) => kind === 'failing' || kind === 'waiting');
  // Of a failure this names the component too.
  const text = run.abort_reason ?? reason?.sentence ?? run.waiting_reason;
  if (!text) return null;
  return (
    <>
      <div className="small muted cut reason" title={text}>
        {text}
      </div>
      {reason && reason.next_whose !== 'platform' && (
        <div className="small cut reason" title={nextText(reason)}>
          {nextText(reason)}
        </div>
      )}
    </>
  );
}
