import { useQuery } from '@tanstack/react-query';
import { UnsupportedError } from 'fusion-platform';
import type { ReactNode } from 'react';

import { credits } from '../format/number.ts';
import { dateTime, month } from '../format/time.ts';
import { useSignedIn } from '../session/context.ts';
import { useOrganisation } from '../shell/use-organisation.ts';
import { Empty } from '../ui/empty.tsx';
import { Figure } from '../ui/figure.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Panel } from '../ui/panel.tsx';
import { StateBadge } from '../ui/state-badge.tsx';
import { loadHealth } from './health.ts';
import { TableScroll } from '../ui/table-scroll.tsx';

export function OrganisationPage(): ReactNode {
  const organisation = useOrganisation();
  const { session, kept } = useSignedIn();
  const credit = useQuery({
    queryKey: ['credit', organisation.id],
    queryFn: async ({ signal }) => await organisation.credit({ signal }),
    refetchInterval: 10_000,
  });
  return (
    <>
      <PageHead title={organisation.name} name="Organisation" />
      <Loaded query={credit}>
        {({ any_credits: any, runtime_any_credits: runtime, cloud_storage_credits: storage, spend }) => (
          <>
            <div className="figures">
              <Figure what="Credits for anything">{credits(any)}</Figure>
              <Figure what="For executions alone">{credits(runtime)}</Figure>
              <Figure what="For keeping data alone">{credits(storage)}</Figure>
            </div>
            <Panel title="Spent by month" flush>
              {(spend?.length ?? 0) === 0 ? (
                <Empty title="Nothing has been spent" />
              ) : (
                <table className="table">
                  <tbody>
                    {spend!.toReversed().map((one) => (
                      <tr key={one.month}>
                        <td>{month(one.month)}</td>
                        <td className="number">{credits(one.credits)} credits</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              )}
            </Panel>
          </>
        )}
      </Loaded>
      <Panel title="Users" flush>
        <TableScroll label="Users">
          <table className="table">
            <thead>
              <tr>
                <th>E-mail address</th>
                <th>Roles</th>
              </tr>
            </thead>
            <tbody>
              {(organisation.users ?? []).map(({ id, email, roles }) => (
                <tr key={id ?? email}>
                  <td>{email}</td>
                  <td className="small">{roles.map((role) => role.replaceAll('_', ' ')).join(', ')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableScroll>
      </Panel>
      <Webhooks />
      <Health />
      <Panel title="Your session">
        <p>
          It ends{' '}
          {session.expiresAt ? `at ${dateTime(session.expiresAt)}` : 'a day after you signed in, at most'}.{' '}
          {kept ? 'It is in a cookie that no script can read.' : 'It is in the memory of this page alone.'}
        </p>
      </Panel>
    </>
  );
}

function Webhooks(): ReactNode {
  const organisation = useOrganisation();
  const query = useQuery({
    queryKey: ['webhooks', organisation.id],
    queryFn: async ({ signal }) => await organisation.webhooks().toArray({ signal }),
  });
  // What the platform does not have is left out.
  if (query.error instanceof UnsupportedError) return null;
  return (
    <Panel title="Webhooks" flush>
      <Loaded query={query}>
        {(webhooks) =>
          webhooks.length === 0 ? (
            <Empty title="No address is told what happens">
              <p>A webhook is made with the SDK: organisation.createWebhook(…).</p>
            </Empty>
          ) : (
            <table className="table">
              <tbody>
                {webhooks.map(({ id, url, events, active }) => (
                  <tr key={id}>
                    <td className="mono">{url}</td>
                    <td className="small">{events.join(', ')}</td>
                    <td>{active === false ? 'switched off' : 'active'}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Loaded>
    </Panel>
  );
}

function Health(): ReactNode {
  const query = useQuery({ queryKey: ['health'], queryFn: loadHealth, refetchInterval: 15_000 });
  if (!query.data) return null;
  return (
    <Panel title="Health of the platform" flush>
      <table className="table">
        <tbody>
          {Object.entries(query.data).map(([part, result]) => (
            <tr key={part}>
              <td>{part}</td>
              <td>
                <StateBadge state={result === 'ok' ? 'succeeded' : 'failed'}>
                  {result === 'ok' ? 'works' : 'does not work'}
                </StateBadge>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
