import { Link } from '@tanstack/react-router';
import type { RunExecution } from 'fusion-platform';
import type { ReactNode } from 'react';

import { whatToDo } from '../component/what-to-do.ts';
import { counted } from '../format/number.ts';
import type { Reason } from '../reasons/evidence.ts';
import { ReasonFacts } from '../reasons/reason-notice.tsx';
import { Notice } from '../ui/notice.tsx';
import { labelOf } from './timeline.ts';

const shown = 5;

/** What failed and why, with the way to the log that says more. */
export function Failures({
  executions,
  reasons,
  org,
}: {
  readonly executions: readonly RunExecution[];
  /** Of the first that failed; none where the platform gives no such data. */
  readonly reasons: readonly Reason[];
  readonly org: string;
}): ReactNode {
  const failed = executions.flatMap((execution) =>
    execution.components
      .filter(({ state }) => state === 'failed')
      .map((component) => ({ execution, component })),
  );
  if (failed.length === 0) return null;
  const [reason] = reasons.filter(({ kind }) => kind === 'failing');
  const explained = failed.find(({ component }) => component.abort_reason === reason?.sentence);
  const kinds = new Set(failed.map(({ component }) => component.exit_type ?? ''));
  if (explained) kinds.delete(explained.component.exit_type ?? '');
  return (
    <Notice kind="failed" title={`${counted(failed.length, 'component')} failed`}>
      <ul className="stack" style={{ gap: 'var(--space-1)' }}>
        {failed.slice(0, shown).map(({ execution, component }) => (
          <li key={component.id}>
            <Link to="/o/$org/components/$component" params={{ org, component: component.id }}>
              {executions.length > 1 ? `${labelOf(execution)}, ` : ''}
              {component.name}
            </Link>
            : {component.abort_reason ?? 'it does not say why'}
          </li>
        ))}
        {failed.length > shown && <li className="muted">and {failed.length - shown} more</li>}
      </ul>
      {reason && <ReasonFacts reason={reason} org={org} />}
      {[...kinds].map((kind) => (
        <p key={kind}>{whatToDo(kind)}</p>
      ))}
    </Notice>
  );
}
