import type { Run, RunExecution } from 'fusion-platform';
import type { ReactNode } from 'react';

import { binaryBytes, credits, whole } from '../format/number.ts';
import { between, duration, shortTime } from '../format/time.ts';
import { asState, isOpen } from '../platform/states.ts';
import { Elapsed } from '../ui/elapsed.tsx';
import { Figure } from '../ui/figure.tsx';
import { CountsBar, ProgressBar } from '../ui/progress-bar.tsx';
import { useNow } from '../ui/use-now.ts';

export function RunFigures({
  run,
  executions,
}: {
  readonly run: Run;
  readonly executions: readonly RunExecution[];
}): ReactNode {
  const state = asState(run.state);
  const peak = Math.max(
    0,
    ...executions.flatMap(({ components }) => components.map((one) => one.peak_memory_bytes ?? 0)),
  );
  return (
    <div className="figures">
      <Figure
        what={state === 'waiting' ? 'Has waited for' : isOpen(state) ? 'Has run for' : 'Ran for'}
        note={run.ended_at ? `until ${shortTime(run.ended_at)}` : `since ${shortTime(run.started_at)}`}
      >
        <Elapsed from={run.started_at} to={run.ended_at} />
      </Figure>
      <Figure
        what="Progress"
        note={
          run.group_id ? <CountsBar counts={run} /> : <ProgressBar percent={run.progress} state={state} />
        }
      >
        {run.progress} <small>%</small>
      </Figure>
      {state === 'running' && <TimeLeft run={run} />}
      {run.group_id && (
        <Figure what="Executions" note={run.failed > 0 ? `${whole(run.failed)} failed` : 'none failed'}>
          {whole(run.succeeded)} <small>of {whole(run.count)} succeeded</small>
        </Figure>
      )}
      <Figure what="Most memory" note="of any component">
        {peak > 0 ? binaryBytes(peak) : '–'}
      </Figure>
      <Figure what="Credits" note={isOpen(state) ? 'reserved' : 'charged'}>
        {credits(isOpen(state) ? run.price : (run.charged ?? run.price))}
      </Figure>
    </div>
  );
}

/** As long again for each per cent as those so far took. */
function TimeLeft({ run }: { readonly run: Run }): ReactNode {
  const now = useNow();
  const seconds = between(run.started_at, undefined, now) ?? 0;
  const left = run.progress >= 3 ? (seconds / run.progress) * (100 - run.progress) : undefined;
  return (
    <Figure what="Time left" note={left === undefined ? 'not known yet' : 'if it goes on like this'}>
      {left === undefined ? '–' : `≈ ${duration(Math.max(10, left))}`}
    </Figure>
  );
}
