import type { ReactNode } from 'react';

import { StateIcon } from './state-icon.tsx';

export type NoticeKind = 'failed' | 'waiting' | 'warning' | 'running';

/** What happened, and what to do about it. */
export function Notice({
  kind,
  title,
  children,
}: {
  readonly kind: NoticeKind;
  readonly title?: ReactNode;
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <div className={`notice ${kind}`} role={kind === 'failed' ? 'alert' : 'status'}>
      <StateIcon state={kind === 'warning' ? 'failed' : kind} />
      <div>
        {title !== undefined && <strong>{title}</strong>}
        {children !== undefined && <div>{children}</div>}
      </div>
    </div>
  );
}
