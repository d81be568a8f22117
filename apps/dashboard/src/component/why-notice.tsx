import type { ReactNode } from 'react';

import type { State } from '../platform/states.ts';
import type { Reason } from '../reasons/evidence.ts';
import { ReasonNotice } from '../reasons/reason-notice.tsx';
import { Notice } from '../ui/notice.tsx';
import { whatToDo } from './what-to-do.ts';

/** Kinds of reasons that say how something stands. */
const deciding = new Set(['failing', 'stopped', 'waiting']);

/** Why something failed, was stopped or waits, and what can be done: in the first screen. */
export function WhyNotice({
  subject,
  state,
  org,
  moves,
}: {
  readonly subject: {
    readonly abort_reason?: string | null | undefined;
    readonly exit_type?: string | null | undefined;
    readonly waiting_for?: string | null | undefined;
    readonly waiting_reason?: string | null | undefined;
    readonly reuse_note?: string | null | undefined;
    readonly reasons?: readonly Reason[] | null | undefined;
  };
  readonly state: State;
  readonly org: string;
  /** What the user can do about a failure or a stop, at once. */
  readonly moves?: ReactNode;
}): ReactNode {
  const { reasons } = subject;
  const decided = reasons?.some(({ kind }) => deciding.has(kind)) ?? false;
  // The sentences say more where no reason does: a warning of a success is in none.
  const sentence = subject.abort_reason ?? subject.waiting_reason;
  if (reasons && reasons.length > 0 && (decided || !sentence))
    return <Reasons reasons={reasons} org={org} moves={moves} />;
  const { abort_reason: reason, exit_type: kind, waiting_reason: waits } = subject;
  if (state === 'failed' || state === 'stopped') {
    if (!reason && state === 'stopped') return null;
    return (
      <Notice
        kind={state === 'failed' ? 'failed' : 'waiting'}
        title={reason ?? 'It failed, and the platform does not say why'}
      >
        <p>{whatToDo(kind ?? undefined)}</p>
        {kind && (
          <p className="small muted">
            Exit type: <code>{kind}</code>
          </p>
        )}
      </Notice>
    );
  }
  if (waits)
    return (
      <Notice kind="waiting" title="It waits">
        {waits}
      </Notice>
    );
  if (reason)
    return (
      <Notice kind="warning" title="It succeeded with a warning">
        {reason}
      </Notice>
    );
  return subject.reuse_note ? <Notice kind="waiting">{subject.reuse_note}</Notice> : null;
}

/** What decides how it stands comes before what happened on the way. That it took over nothing of an earlier run is no news. */
function Reasons({
  reasons,
  org,
  moves,
}: {
  readonly reasons: readonly Reason[];
  readonly org: string;
  readonly moves: ReactNode;
}): ReactNode {
  const shown = [
    ...reasons.filter(({ kind }) => deciding.has(kind)),
    ...reasons.filter(({ kind }) => kind === 'trying_again'),
  ];
  return shown.map((reason, i) => (
    <ReasonNotice
      key={`${reason.code} ${i}`}
      reason={reason}
      org={org}
      moves={reason.next_whose === 'user' && reason.kind !== 'waiting' && moves}
    />
  ));
}
