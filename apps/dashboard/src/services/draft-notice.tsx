import { Link } from '@tanstack/react-router';
import type { Process } from 'fusion-platform';
import type { ReactNode } from 'react';

import { counted, credits } from '../format/number.ts';
import { dateTime } from '../format/time.ts';
import { Button } from '../ui/button.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Notice } from '../ui/notice.tsx';

/** What a process that was just created costs, before anything runs. */
export function DraftNotice({
  draft,
  org,
  busy,
  failure,
  execute,
  change,
}: {
  readonly draft: Process;
  readonly org: string;
  readonly busy: boolean;
  readonly failure: Error | undefined;
  readonly execute: () => void;
  readonly change: () => void;
}): ReactNode {
  const scheduled = draft.run_type === 'run_schedule';
  const slices = draft.non_aggregator_count ?? 1;
  return (
    <div className="stack">
      <Notice kind="running" title={`“${draft.name}” costs ${credits(draft.price)} credits a run`}>
        <p>
          {slices > 1
            ? `Its region is cut into ${counted(slices, 'slice')}.`
            : 'It runs over its region as a whole.'}{' '}
          {scheduled &&
            `It runs ${counted(draft.repeat_count, 'time')} at most, first at ${dateTime(draft.repeat_start, { seconds: false })}. `}
          Nothing has run yet: it is kept as a draft among the{' '}
          <Link to="/o/$org/processes/$process" params={{ org, process: draft.id }}>
            processes
          </Link>
          .
        </p>
      </Notice>
      {failure && <ErrorNotice error={failure} />}
      <div className="row">
        <Button primary busy={busy} onClick={execute}>
          {scheduled ? 'Start the schedule' : 'Execute'}
        </Button>
        <Button disabled={busy} onClick={change}>
          Change it
        </Button>
      </div>
    </div>
  );
}
