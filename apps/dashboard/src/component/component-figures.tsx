import type { ProcessServiceExecution } from 'fusion-platform';
import type { ReactNode } from 'react';

import { bytes, credits, whole } from '../format/number.ts';
import { dateTime } from '../format/time.ts';
import { isOpen, stateOfComponent } from '../platform/states.ts';
import { Elapsed } from '../ui/elapsed.tsx';
import { Figure } from '../ui/figure.tsx';
import { ProgressBar } from '../ui/progress-bar.tsx';
import { peakOf } from './peak-of.ts';

/** The numbers that are looked for first. */
export function ComponentFigures({ component }: { readonly component: ProcessServiceExecution }): ReactNode {
  const state = stateOfComponent(component);
  const begun = component.state !== 'waiting';
  const peak = peakOf(component.metrics ?? []);
  return (
    <div className="figures">
      <Figure
        what={isOpen(state) ? 'Has run for' : 'Ran for'}
        note={begun ? `since ${dateTime(component.started_at, { seconds: false })}` : 'has not begun'}
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
      <Figure what="Most memory" note={`of ${bytes(component.memory * 1024 * 1024)}`}>
        {bytes(peak.memory)}
      </Figure>
      <Figure
        what="Most scratch space"
        note={component.storage === undefined ? 'no limit told' : `of ${bytes(component.storage * 1e9)}`}
      >
        {bytes(peak.scratch)}
      </Figure>
      <Figure what="Processors" note={component.architecture ?? 'architecture not told'}>
        {whole(component.cpu)}
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
