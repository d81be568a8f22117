import { useMutation, useQueryClient } from '@tanstack/react-query';
import { webhookEvents } from 'fusion-platform';
import type { WebhookEvent } from 'fusion-platform';
import { useState } from 'react';
import type { ReactNode, SubmitEvent } from 'react';

import { useOrganisation } from '../shell/use-organisation.ts';
import { Button } from '../ui/button.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Notice } from '../ui/notice.tsx';

const eventNames: Readonly<Record<WebhookEvent, string>> = {
  'execution.ended': 'an execution ended',
  'execution.failed': 'an execution failed',
  'execution.expiring': 'an execution is about to be deleted',
  'process.waiting': 'a process waits for credits',
};

/** Makes a webhook. Its secret is shown once: the platform tells it never again. */
export function NewWebhookForm({ close }: { readonly close: () => void }): ReactNode {
  const organisation = useOrganisation();
  const client = useQueryClient();
  const [url, setUrl] = useState('');
  const [events, setEvents] = useState<readonly WebhookEvent[]>(['execution.ended', 'execution.failed']);
  const work = useMutation({
    mutationFn: async () => await organisation.createWebhook({ url: url.trim(), events }),
    onSuccess: async () => await client.invalidateQueries({ queryKey: ['webhooks'] }),
  });
  if (work.data)
    return (
      <div className="inside stack">
        <Notice kind="running" title="Keep this secret: it is not shown again">
          <p>Calls are signed with it, so that whoever takes them knows they come from here.</p>
          <code className="secret">{work.data.secret}</code>
        </Notice>
        <div className="row">
          <Button
            onClick={() => void navigator.clipboard.writeText(work.data.secret ?? '').catch(() => undefined)}
          >
            Copy the secret
          </Button>
          <Button primary onClick={close}>
            I have kept it
          </Button>
        </div>
      </div>
    );
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    work.mutate();
  };
  return (
    <form className="inside stack" onSubmit={submit}>
      <div className="field">
        <label htmlFor="webhook-url">Address that is called</label>
        <input
          id="webhook-url"
          type="url"
          required
          placeholder="https://example.com/fusion"
          value={url}
          onChange={({ target }) => setUrl(target.value)}
        />
        <span className="small muted">By POST, with JSON, signed as Standard Webhooks has it.</span>
      </div>
      <fieldset className="plain">
        <legend>It is told when</legend>
        {webhookEvents.map((event) => (
          <label key={event} className="row">
            <input
              type="checkbox"
              checked={events.includes(event)}
              onChange={({ target }) =>
                setEvents(target.checked ? [...events, event] : events.filter((one) => one !== event))
              }
            />
            {eventNames[event]} <code className="muted">{event}</code>
          </label>
        ))}
      </fieldset>
      {work.error && <ErrorNotice error={work.error} title="The webhook was not made" />}
      <div className="row">
        <Button primary type="submit" busy={work.isPending} disabled={events.length === 0}>
          Add it
        </Button>
      </div>
    </form>
  );
}
