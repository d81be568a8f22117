import type { ProcessServiceExecution } from 'fusion-platform';
import type { ReactNode } from 'react';

import { ReasonFacts } from '../reasons/reason-notice.tsx';
import { Panel } from '../ui/panel.tsx';

/** Why nothing was taken over from an earlier run: worth knowing, but nothing that went wrong. */
export function NotReused({
  component,
  org,
}: {
  readonly component: ProcessServiceExecution;
  readonly org: string;
}): ReactNode {
  const reasons = (component.reasons ?? []).filter(({ kind }) => kind === 'not_reused');
  if (reasons.length === 0) return null;
  return (
    <Panel title="Why it takes over nothing of an earlier run">
      <ul className="stack not-reused">
        {reasons.map((reason, i) => (
          <li key={`${reason.code} ${i}`}>
            <strong>{reason.sentence}</strong>
            <ReasonFacts reason={reason} org={org} brief />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
