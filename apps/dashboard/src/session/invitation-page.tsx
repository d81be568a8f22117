import { useQuery } from '@tanstack/react-query';
import { AuthenticationError, readInvitation } from 'fusion-platform';
import { useEffect } from 'react';
import type { ReactNode } from 'react';

import icon from '../icon.svg';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { AcceptForm } from './accept-form.tsx';
import { connectionOptions } from './open.ts';
import type { OpenedSession } from './open.ts';

/** Where the link of an invitation leads: who invites to what, and a way in. */
export function InvitationPage({
  code,
  entered,
  left,
}: {
  /** Empty where the link is not whole. */
  readonly code: string;
  readonly entered: (opened: OpenedSession, organisationId: string) => Promise<void>;
  /** The person is a member, and has to sign in. */
  readonly left: (why: string) => void;
}): ReactNode {
  const query = useQuery({
    queryKey: ['invitation', code],
    queryFn: async ({ signal }) => await readInvitation({ ...connectionOptions, link: code, signal }),
    enabled: code !== '',
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });
  useEffect(() => {
    // The whole link, opened in this very page, changes nothing but what stands behind the #.
    const again = (): void => globalThis.location.reload();
    globalThis.addEventListener('hashchange', again);
    return () => globalThis.removeEventListener('hashchange', again);
  }, []);
  return (
    <main className="sign-in">
      <div className="panel card">
        <div className="brand">
          <img src={icon} alt="" /> Fusion platform
        </div>
        {query.data ? (
          <AcceptForm code={code} invitation={query.data} entered={entered} left={left} />
        ) : (
          <>
            <h1>An invitation</h1>
            {code === '' && (
              <Notice kind="waiting" title="The link is not whole">
                Open the link that you were given again, or copy all of it: once opened, its last part is
                taken out of the address.
              </Notice>
            )}
            {query.error && (
              <Notice kind="failed" title="It cannot be used">
                <p>{sentenceOf(query.error)}</p>
              </Notice>
            )}
            {query.isLoading && <Skeleton lines={4} label="Reading the invitation" />}
            <p className="small muted">
              Do you have an account? <a href="/sign-in">Sign in</a>
            </p>
          </>
        )}
      </div>
    </main>
  );
}

const sentenceOf = (error: Error): string =>
  error instanceof AuthenticationError ? (error.platformMessage ?? error.message) : error.message;
