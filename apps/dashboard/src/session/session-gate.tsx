import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import type { ReactNode } from 'react';

import { takeFormatsOf } from '../format/settings.ts';
import { queryClient } from '../platform/query-client.ts';
import { Skeleton } from '../ui/skeleton.tsx';
import { SessionContext } from './context.ts';
import type { SignedIn } from './context.ts';
import { endSession, openAtStart } from './open.ts';
import type { OpenedSession } from './open.ts';
import { SignInPage } from './sign-in-page.tsx';
import { takeCode } from './take-code.ts';
import { takeInvitation } from './take-invitation.ts';

type Gate =
  | { readonly at: 'start' }
  | { readonly at: 'invitation'; readonly code: string }
  | { readonly at: 'outside'; readonly why?: string }
  | { readonly at: 'inside'; readonly signedIn: Omit<SignedIn, 'signOut'> };

const InvitationPage = lazy(async () => {
  const { InvitationPage: page } = await import('./invitation-page.tsx');
  return { default: page };
});

const invitation = takeInvitation();
const code = invitation === undefined ? takeCode() : undefined;
/** Once for the page, however often its parts are made: a code serves once. */
let opening: Promise<OpenedSession | undefined> | undefined;

/** Shows what is inside to somebody who has logged in, and to anybody else the way in. */
export function SessionGate({
  joined,
  children,
}: {
  /** Leads to an organisation that the user has just become a member of. */
  readonly joined: (organisationId: string) => Promise<void>;
  readonly children: ReactNode;
}): ReactNode {
  const [gate, setGate] = useState<Gate>(
    invitation === undefined ? { at: 'start' } : { at: 'invitation', code: invitation },
  );

  const enter = useCallback(async (opened: OpenedSession) => {
    const { user } = opened.session;
    const organisations = await user.organisations().toArray();
    takeFormatsOf(user);
    setGate({ at: 'inside', signedIn: { ...opened, user, organisations } });
  }, []);

  useEffect(() => {
    const start = async (): Promise<void> => {
      try {
        opening ??= openAtStart(code);
        const opened = await opening;
        if (opened) await enter(opened);
        else setGate({ at: 'outside' });
      } catch (error) {
        setGate({ at: 'outside', why: (error as Error).message });
      }
    };
    if (invitation === undefined) void start();
  }, [enter]);

  const leave = useCallback((why?: string) => {
    queryClient.clear();
    setGate({ at: 'outside', ...(why === undefined ? {} : { why }) });
  }, []);

  const session = gate.at === 'inside' ? gate.signedIn.session : undefined;
  useEffect(() => {
    const left = (session?.expiresAt?.getTime() ?? Infinity) - Date.now();
    if (!Number.isFinite(left)) return undefined;
    const timer = setTimeout(
      () => leave('Your session has ended, as each does after a day. Sign in to go on where you were.'),
      Math.min(left, 2 ** 31 - 1),
    );
    return () => clearTimeout(timer);
  }, [session, leave]);

  if (gate.at === 'start') return <Skeleton lines={6} label="Signing in" />;
  if (gate.at === 'invitation')
    return (
      <Suspense fallback={<Skeleton lines={6} label="Reading the invitation" />}>
        <InvitationPage
          code={gate.code}
          left={(why) => {
            history.replaceState(null, '', '/');
            setGate({ at: 'outside', why });
          }}
          entered={async (opened, organisationId) => {
            await joined(organisationId);
            await enter(opened);
          }}
        />
      </Suspense>
    );
  if (gate.at === 'outside') return <SignInPage why={gate.why} entered={enter} />;
  const signOut = async (): Promise<void> => {
    const ended = await endSession(gate.signedIn);
    leave(
      ended
        ? undefined
        : 'The platform did not answer, so your session there goes on until it ends by itself. Sign in and out again to end it now.',
    );
  };
  return <SessionContext value={{ ...gate.signedIn, signOut }}>{children}</SessionContext>;
}
