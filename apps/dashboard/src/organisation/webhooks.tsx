import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { UnsupportedError } from 'fusion-platform';
import type { Webhook } from 'fusion-platform';
import { useState } from 'react';
import type { ReactNode } from 'react';

import { useOrganisation } from '../shell/use-organisation.ts';
import { Button } from '../ui/button.tsx';
import { useConfirm } from '../ui/confirm.tsx';
import { Empty } from '../ui/empty.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Moment } from '../ui/moment.tsx';
import { Panel } from '../ui/panel.tsx';
import { StateBadge } from '../ui/state-badge.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';
import { NewWebhookForm } from './new-webhook-form.tsx';

/** Addresses that are told what happens, and how the telling goes. */
export function Webhooks(): ReactNode {
  const organisation = useOrganisation();
  const [adding, setAdding] = useState(false);
  const query = useQuery({
    queryKey: ['webhooks', organisation.id],
    queryFn: async ({ signal }) => await organisation.webhooks().toArray({ signal }),
  });
  // What the platform does not have is left out.
  if (query.error instanceof UnsupportedError) return null;
  return (
    <Panel
      title="Webhooks"
      flush
      side={
        <Button small aria-expanded={adding} onClick={() => setAdding(!adding)}>
          {adding ? 'Close' : 'Add a webhook'}
        </Button>
      }
    >
      {adding && <NewWebhookForm close={() => setAdding(false)} />}
      <Loaded query={query}>
        {(webhooks) =>
          webhooks.length === 0 ? (
            <Empty title="No address is told what happens">
              <p>Add one, and it is called, signed, each time an execution ends, fails or waits.</p>
            </Empty>
          ) : (
            <TableScroll label="Webhooks">
              <table className="table">
                <thead>
                  <tr>
                    <th>Address</th>
                    <th>Told of</th>
                    <th className="hide-narrow">Last call</th>
                    <th>
                      <span className="visually-hidden">Changes</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {webhooks.map((webhook) => (
                    <Row key={webhook.id} webhook={webhook} />
                  ))}
                </tbody>
              </table>
            </TableScroll>
          )
        }
      </Loaded>
    </Panel>
  );
}

function Row({ webhook }: { readonly webhook: Webhook }): ReactNode {
  const client = useQueryClient();
  const [confirm, dialog] = useConfirm();
  const work = useMutation({
    mutationFn: async (change: 'switch' | 'delete') => {
      if (change === 'delete') await webhook.delete();
      else await webhook.update({ active: webhook.active === false });
    },
    onSettled: async () => await client.invalidateQueries({ queryKey: ['webhooks'] }),
  });
  const remove = async (): Promise<void> => {
    const text = 'What it was not told yet it is not told any more.';
    if (await confirm({ title: 'Delete this webhook?', text, danger: true })) work.mutate('delete');
  };
  return (
    <tr>
      <td className="mono address">{webhook.url}</td>
      <td className="small">
        {webhook.events.map((event) => (event === '*' ? 'everything' : event)).join(', ')}
      </td>
      <td className="hide-narrow">
        <LastCall webhook={webhook} />
      </td>
      <td>
        <div className="row ends">
          <Button small busy={work.isPending} onClick={() => work.mutate('switch')}>
            {webhook.active === false ? 'Switch on' : 'Switch off'}
          </Button>
          <Button small danger busy={work.isPending} onClick={() => void remove()}>
            Delete
          </Button>
        </div>
        {work.error && <ErrorNotice error={work.error} />}
        {dialog}
      </td>
    </tr>
  );
}

function LastCall({ webhook }: { readonly webhook: Webhook }): ReactNode {
  const query = useQuery({
    queryKey: ['deliveries', webhook.id],
    queryFn: async ({ signal }) => await webhook.deliveries({ reverse: true }).toArray({ limit: 1, signal }),
    refetchInterval: 10_000,
    retry: false,
  });
  const last = query.data?.[0];
  if (webhook.active === false) return <span className="muted">switched off</span>;
  if (!last) return <span className="muted">none yet</span>;
  const state = last.state === 'sent' ? 'succeeded' : last.state === 'failed' ? 'failed' : 'waiting';
  return (
    <span title={last.error ?? undefined}>
      <StateBadge state={state}>{last.state}</StateBadge>{' '}
      <span className="small muted">
        <Moment at={last.sent_at ?? last.failed_at ?? last.created_at} />
      </span>
    </span>
  );
}
