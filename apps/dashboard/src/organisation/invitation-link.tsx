import type { Invitation } from 'fusion-platform';
import { useId, useRef, useState } from 'react';
import type { ReactNode } from 'react';

import { dateTime } from '../format/time.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';

/** The link of a new invitation: the platform tells it never again. */
export function InvitationLink({
  invitation,
  close,
}: {
  readonly invitation: Invitation;
  readonly close: () => void;
}): ReactNode {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    field.current?.select();
    // A page that did not come over TLS may not write there: the link is selected, to be copied by hand.
    try {
      await navigator.clipboard.writeText(invitation.url ?? '');
      setCopied(true);
    } catch {
      setCopied(false);
    }
  };
  return (
    <div className="stack">
      <Notice kind="warning" title={`Hand this link over to ${invitation.email}, and to nobody else`}>
        <p>
          It is not shown again. Who opens it sets a password and is a member then: once, until{' '}
          {dateTime(invitation.expires_at, { seconds: false })}.
        </p>
      </Notice>
      <div className="field">
        <label htmlFor={id}>Link of the invitation</label>
        <input
          id={id}
          ref={field}
          className="mono"
          readOnly
          value={invitation.url ?? ''}
          onFocus={({ target }) => target.select()}
        />
      </div>
      <div className="row">
        <Button primary onClick={() => void copy()}>
          Copy the link
        </Button>
        <Button onClick={close}>Close</Button>
        <span role="status" className="small muted">
          {copied && 'Copied'}
        </span>
      </div>
    </div>
  );
}
