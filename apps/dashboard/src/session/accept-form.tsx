import { acceptInvitation, RequestError } from 'fusion-platform';
import type { InvitationDetails } from 'fusion-platform';
import { useState } from 'react';
import type { ReactNode, SubmitEvent } from 'react';

import { dateTime } from '../format/time.ts';
import { wordsOf } from '../organisation/role-words.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { connectionOptions, openByPassword } from './open.ts';
import type { OpenedSession } from './open.ts';

/**
 * Accepts an invitation, with a new password or that of an account, and signs in. The platform does not tell the two
 * apart before: the person does.
 */
export function AcceptForm({
  code,
  invitation,
  entered,
  left,
}: {
  readonly code: string;
  readonly invitation: InvitationDetails;
  readonly entered: (opened: OpenedSession, organisationId: string) => Promise<void>;
  readonly left: (why: string) => void;
}): ReactNode {
  const { organisation_name: organisation, email, roles, expires_at: until } = invitation;
  const [isNew, setNew] = useState(true);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();

  const join = async (form: FormData): Promise<void> => {
    const text = (name: string): string => (form.get(name) as string | null) ?? '';
    const password = text('password');
    if (isNew && password !== text('again')) throw new Error('The two passwords are not the same');
    const names = isNew
      ? { givenName: text('given-name').trim(), familyName: text('family-name').trim() }
      : {};
    const accepted = await acceptInvitation({ ...connectionOptions, link: code, password, ...names });
    let opened;
    try {
      opened = await openByPassword(accepted.email, password);
    } catch {
      left(`You are a member of ${organisation} now. Sign in to go there.`);
      return;
    }
    await entered(opened, accepted.organisation_id);
  };
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setFailure(undefined);
    join(form).catch((error: unknown) => {
      setFailure(
        error instanceof RequestError ? (error.platformMessage ?? error.message) : (error as Error).message,
      );
      setBusy(false);
    });
  };
  return (
    <form className="stack" onSubmit={submit}>
      <h1>Join {organisation}</h1>
      <p>
        {roles.length > 0
          ? `There you will be able to: ${roles.map((role) => lower(wordsOf(role).title)).join(', ')}.`
          : 'There you will see services and the other members.'}{' '}
        <span className="muted">The invitation is good until {dateTime(until, { seconds: false })}.</span>
      </p>
      {failure !== undefined && (
        <Notice kind="failed" title="You are not a member yet">
          {failure}
        </Notice>
      )}
      <div className="field">
        <label htmlFor="email">E-mail address</label>
        <input id="email" type="email" autoComplete="username" value={email} readOnly />
      </div>
      <fieldset className="plain">
        <legend className="visually-hidden">Your account</legend>
        {[true, false].map((value) => (
          <label key={String(value)} className="row">
            <input type="radio" name="account" checked={isNew === value} onChange={() => setNew(value)} />
            {value ? 'I am new here' : 'I have an account here already'}
          </label>
        ))}
      </fieldset>
      {isNew ? <NewAccount /> : <Password label="Your password" complete="current-password" />}
      <Button primary type="submit" busy={busy}>
        Join
      </Button>
      <p className="small muted">
        {isNew ? 'The platform keeps a hash of the password alone. ' : 'Your account stays as it is. '}
        You are signed in then, for a day at most.
      </p>
    </form>
  );
}

const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

function NewAccount(): ReactNode {
  return (
    <>
      <div className="names">
        <div className="field">
          <label htmlFor="given-name">Given name</label>
          <input id="given-name" name="given-name" autoComplete="given-name" required maxLength={200} />
        </div>
        <div className="field">
          <label htmlFor="family-name">Family name</label>
          <input id="family-name" name="family-name" autoComplete="family-name" required maxLength={200} />
        </div>
      </div>
      <Password
        label="Password"
        complete="new-password"
        hint="At least 8 characters, among them a digit, a lower and an upper case letter and a special character."
      />
      <div className="field">
        <label htmlFor="again">Password again</label>
        <input id="again" name="again" type="password" autoComplete="new-password" required />
      </div>
    </>
  );
}

function Password({
  label,
  complete,
  hint,
}: {
  readonly label: string;
  readonly complete: 'new-password' | 'current-password';
  readonly hint?: string;
}): ReactNode {
  return (
    <div className="field">
      <label htmlFor="password">{label}</label>
      <input
        id="password"
        name="password"
        type="password"
        autoComplete={complete}
        required
        aria-describedby={hint === undefined ? undefined : 'password-hint'}
      />
      {hint !== undefined && (
        <span id="password-hint" className="small muted">
          {hint}
        </span>
      )}
    </div>
  );
}
