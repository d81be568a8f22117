import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

import { Notice } from '../ui/notice.tsx';
import type { NoticeKind } from '../ui/notice.tsx';
import { evidenceName, evidenceText, nextText } from './evidence.ts';
import type { Evidence, Reason } from './evidence.ts';
import './reasons.css';

const kinds: Readonly<Record<string, NoticeKind>> = {
  failing: 'failed',
  trying_again: 'warning',
};

/** A reason with what speaks for it and what comes next; `moves` are the buttons and links for that. */
export function ReasonNotice({
  reason,
  org,
  moves,
}: {
  readonly reason: Reason;
  readonly org: string;
  readonly moves?: ReactNode;
}): ReactNode {
  return (
    <Notice kind={kinds[reason.kind] ?? 'waiting'} title={reason.sentence}>
      <ReasonFacts reason={reason} org={org} moves={moves} />
    </Notice>
  );
}

/** The evidence and the next move, without the sentence. */
export function ReasonFacts({
  reason,
  org,
  moves,
  brief = false,
}: {
  readonly reason: Reason;
  readonly org: string;
  readonly moves?: ReactNode;
  /** Without the next move, where there is nothing to wait for or to do. */
  readonly brief?: boolean;
}): ReactNode {
  const toCredits = reason.code === 'credits' && reason.next_whose === 'user';
  return (
    <div className="reason-facts">
      <dl>
        {reason.evidence.map((one) => (
          <div key={one.name}>
            <dt>{evidenceName(one.name)}</dt>
            <dd className="tabular">
              <EvidenceValue evidence={one} org={org} />
            </dd>
          </div>
        ))}
        <div title="The same over the API">
          <dt>code</dt>
          <dd className="code">{reason.code}</dd>
        </div>
      </dl>
      {!brief && <p>{nextText(reason)}.</p>}
      {(moves || toCredits) && (
        <div className="row">
          {moves}
          {toCredits && (
            <Link className="button small" to="/o/$org/organisation" params={{ org }}>
              Credits of the organisation
            </Link>
          )}
        </div>
      )}
    </div>
  );
}

function EvidenceValue({ evidence, org }: { readonly evidence: Evidence; readonly org: string }): ReactNode {
  const { name, value, unit } = evidence;
  if (unit !== 'id') return evidenceText(evidence);
  // A run is found by the id of its group or of any of its executions.
  if (name === 'execution' || name === 'group')
    return (
      <Link to="/o/$org/runs/$run" params={{ org, run: value }} title={value}>
        {value.slice(0, 8)}
      </Link>
    );
  if (name === 'earlier')
    return (
      <Link to="/o/$org/components/$component" params={{ org, component: value }} title={value}>
        {value.slice(0, 8)}
      </Link>
    );
  return <code title={value}>{value.slice(0, 8)}</code>;
}
