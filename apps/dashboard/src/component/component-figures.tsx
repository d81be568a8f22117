import type { ProcessServiceExecution } from 'fusion-platform';
import type { ReactNode } from 'react';

import { binaryBytes, credits, significant, whole } from '../format/number.ts';
import { shortTime } from '../format/time.ts';
import { isOpen, stateOfComponent } from '../platform/states.ts';
import { Elapsed } from '../ui/elapsed.tsx';
import { Figure } from '../ui/figure.tsx';
import { ProgressBar } from '../ui/progress-bar.tsx';
import { peakOf } from './peak-of.ts';
import { useAttempts } from './use-attempts.ts';

/** The numbers that are looked for first. */
export function ComponentFigures({ component }: { readonly component: ProcessServiceExecution }): ReactNode {
  const state = stateOfComponent(component);
  const begun = component.state !== 'waiting';
  const attempts = useAttempts(component);
  const peak = peakOf(component.metrics ?? [], attempts.data ?? []);
  return (
    <div className="figures">
      <Figure
        what={isOpen(state) ? 'Has run for' : 'Ran for'}
        note={
          begun
            ? component.ended_at
              ? `until ${shortTime(component.ended_at)}`
              : `since ${shortTime(component.started_at)}`
            : 'has not begun'
        }
      >
        {begun ? <Elapsed from={component.started_at} to={component.ended_at} /> : '–'}
      </Figure>
      <Figure
        what="Progress"
        note={<ProgressBar percent={component.progress ?? (state === 'succeeded' ? 100 : 0)} state={state} />}
      >
        {component.progress === undefined ? (state === 'succeeded' ? 100 : '–') : component.progress}{' '}
        <small>%</small>
      </Figure>
      <Figure what="Most memory" note={`of ${binaryBytes(component.memory * 2 ** 20)}`}>
        {binaryBytes(peak.memory)}
      </Figure>
      <Figure
        what="Most scratch space"
        note={
          component.storage === undefined ? 'no limit told' : `of ${binaryBytes(component.storage * 2 ** 30)}`
        }
      >
        {binaryBytes(peak.scratch)}
      </Figure>
      <Figure what="Processors" note={component.architecture ?? 'architecture not told'}>
        {significant(component.cpu, 3)}
        {component.gpu ? <small> + {whole(component.gpu)} GPU</small> : ''}
      </Figure>
      {component.price !== undefined && (
        <Figure what="Credits" note={component.charged === undefined ? 'reserved' : 'charged'}>
          {credits(component.charged ?? component.price)}
        </Figure>
      )}
    </div>
  );
}
