import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { UnsupportedError } from 'fusion-platform';
import type { UserSession } from 'fusion-platform';
import type { ReactNode } from 'react';

import { dateTime } from '../format/time.ts';
import { useSignedIn } from '../session/context.ts';
import { Button } from '../ui/button.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Moment } from '../ui/moment.tsx';
import { Panel } from '../ui/panel.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';
import { clientName } from './client-name.ts';

/** Where the user is signed in, and a way to end it there. */
export function Sessions(): ReactNode {
  const { session, user, kept } = useSignedIn();
  const query = useQuery({
    queryKey: ['sessions', user.id],
    queryFn: async ({ signal }) => await user.sessions({ reverse: true }).toArray({ signal }),
    refetchInterval: 15_000,
  });
  const about = `This session ends ${
    session.expiresAt
      ? `at ${dateTime(session.expiresAt, { seconds: false })}`
      : 'a day after you signed in, at most'
  }. It is kept in ${kept ? 'a cookie that no script can read' : 'the memory of this page alone'}.`;
  return (
    <Panel title="Your sessions" flush>
      <p className="note">{about}</p>
      {!(query.error instanceof UnsupportedError) && (
        <Loaded query={query}>{(sessions) => <Table sessions={sessions} />}</Loaded>
      )}
    </Panel>
  );
}

function Table({ sessions }: { readonly sessions: readonly UserSession[] }): ReactNode {
  const { signOut } = useSignedIn();
  const client = useQueryClient();
  const end = useMutation({
    mutationFn: async (session: UserSession) => {
      if (session.current) await signOut();
      else await session.end();
    },
    onSettled: async () => await client.invalidateQueries({ queryKey: ['sessions'] }),
  });
  return (
    <>
      {end.error && <ErrorNotice error={end.error} title="It was not ended" />}
      <TableScroll label="Sessions">
        <table className="table">
          <thead>
            <tr>
              <th>Signed in with</th>
              <th className="hide-narrow">From</th>
              <th>Last seen</th>
              <th className="hide-narrow">Ends</th>
              <th>
                <span className="visually-hidden">End</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {sessions.map((one) => (
              <tr key={one.id}>
                <td>
                  <span title={one.client ?? undefined}>{clientName(one.client)}</span>{' '}
                  {one.current && <span className="muted">(this one)</span>}
                </td>
                <td className="mono hide-narrow">{one.address ?? '–'}</td>
                <td>
                  <Moment at={one.last_request_at ?? one.created_at} />
                </td>
                <td className="hide-narrow">
                  <Moment at={one.expires_at} />
                </td>
                <td>
                  <div className="row ends">
                    <Button small busy={end.isPending} onClick={() => end.mutate(one)}>
                      {one.current ? 'Sign out' : 'End it'}
                    </Button>
                  </div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </>
  );
}
