import { useState } from 'react';
import type { ReactNode, SubmitEvent } from 'react';

import icon from '../icon.svg';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { openByPassword } from './open.ts';
import type { OpenedSession } from './open.ts';

export function SignInPage({
  why,
  entered,
}: {
  readonly why: string | undefined;
  readonly entered: (opened: OpenedSession) => Promise<void>;
}): ReactNode {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();

  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setFailure(undefined);
    openByPassword((form.get('email') as string).trim(), form.get('password') as string)
      .then(entered)
      .catch((error: unknown) => {
        setFailure((error as Error).message);
        setBusy(false);
      });
  };

  return (
    <main className="sign-in">
      <form className="panel" onSubmit={submit}>
        <div className="brand">
          <img src={icon} alt="" /> Fusion platform
        </div>
        <h1>Sign in</h1>
        {why !== undefined && failure === undefined && <Notice kind="waiting">{why}</Notice>}
        {failure !== undefined && (
          <Notice kind="failed" title="You are not signed in">
            {failure}
          </Notice>
        )}
        <div className="field">
          <label htmlFor="email">E-mail address</label>
          <input id="email" name="email" type="email" autoComplete="username" required />
        </div>
        <div className="field">
          <label htmlFor="password">Password</label>
          <input id="password" name="password" type="password" autoComplete="current-password" required />
        </div>
        <Button primary type="submit" busy={busy}>
          Sign in
        </Button>
        <p className="small muted">
          The session lasts a day at most. It is kept in a cookie that no script can read.
        </p>
      </form>
    </main>
  );
}
