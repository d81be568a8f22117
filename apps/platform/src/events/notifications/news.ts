import type { WebhookEvent } from '@fusion-platform/contract';
import { sql } from 'drizzle-orm';

import { selectRows } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';

/** What a webhook is sent, besides the event and the organisation. Moments are ISO 8601 with an offset. */
export interface NewsPayload {
  readonly process_id: string;
  readonly process_name: string;
  readonly execution_id?: string | null;
  /** When the execution is one of several: the news is of all of them. */
  readonly group_id?: string | null;
  readonly success?: boolean | null;
  readonly exit_type?: string | null;
  /** Why it failed, or what it waits for. */
  readonly reason?: string | null;
  readonly started_at?: string | null;
  readonly ended_at?: string | null;
  /** Where the API has it; worked out from the ids unless given. */
  readonly url?: string | null;
  /** When it is deleted. */
  readonly delete_expiry?: string | null;
}

export interface News {
  readonly organisationId: string;
  readonly event: WebhookEvent;
  /** Names the news: told of twice under one name, it is told on once. */
  readonly once: string;
  readonly payload: NewsPayload;
}

/** The whole body: fields without a value are null, but for `delete_expiry`, which only a warning of it has. */
export function bodyOf({ organisationId, event, payload }: News, publicUrl: string): Record<string, unknown> {
  return {
    event,
    organisation_id: organisationId,
    execution_id: null,
    group_id: null,
    success: null,
    exit_type: null,
    reason: null,
    started_at: null,
    ended_at: null,
    url: addressOf(organisationId, payload, publicUrl),
    ...payload,
  };
}

function addressOf(organisationId: string, payload: NewsPayload, publicUrl: string): string | null {
  if (!publicUrl) return null;
  const { process_id: process, execution_id: execution } = payload;
  const what = execution ? `process_executions/${execution}` : `processes/${process}`;
  return `${publicUrl}/organisations/${organisationId}/${what}`;
}

/**
 * Notes news for everyone who wants it: the active webhooks of the organisation that ask for the event, and, where mail
 * can be sent, its members who want mail about processes.
 * @returns whether somebody is to be told who had not been noted yet
 */
export async function note(
  tx: Queries,
  news: News,
  options: { readonly mail: boolean; readonly publicUrl: string },
): Promise<boolean> {
  const { organisationId, event, once } = news;
  const body = JSON.stringify(bodyOf(news, options.publicUrl));
  const noted = await selectRows<{ id: string }>(
    tx,
    sql`insert into notifications (id, organisation_id, webhook_id, user_id, event, once, payload)
      select gen_random_uuid(), ${organisationId}::uuid, webhook_id, user_id, ${event}::text,
        ${once}::text || ' ' || coalesce(webhook_id, user_id), ${body}::jsonb
      from (
        select w.id as webhook_id, null::uuid as user_id from webhooks w
        where w.organisation_id = ${organisationId} and w.active
          and (w.events @> '["*"]'::jsonb or w.events @> ${JSON.stringify([event])}::jsonb)
        union all
        select null, u.id from memberships m join users u on u.id = m.user_id
        where ${options.mail} and m.organisation_id = ${organisationId}
          and u.notification_processing_chain @> '["email"]'::jsonb
      ) listeners
      on conflict (once) do nothing
      returning id`,
  );
  return noted.length > 0;
}
