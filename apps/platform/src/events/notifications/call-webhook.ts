import { and, eq } from 'drizzle-orm';
import { Webhook as Signer } from 'standardwebhooks';

import { tables } from '../../database/index.ts';
import { SafeFetchError, safeFetch } from '../safe-fetch/index.ts';
import { retryAfterSeconds } from './backoff.ts';
import type { Context } from './context.ts';
import type { Note, Outcome } from './outbox.ts';

const timeoutMs = 10_000;
/** What an address answers besides its status is read by nobody. */
const maximumBytes = 1024 * 1024;

const { webhooks } = tables;

/** Calls the address of a webhook, signed as https://www.standardwebhooks.com has it. */
export async function callWebhook(
  { database, settings }: Context,
  note: Note & { readonly webhook_id: string },
  signal: AbortSignal,
): Promise<Outcome> {
  const { queries } = database;
  const [webhook] = await queries.select().from(webhooks).where(eq(webhooks.id, note.webhook_id));
  if (!webhook?.active) return { kind: 'given_up', reason: 'the webhook is not active' };
  const body = JSON.stringify(note.payload);
  const now = new Date();
  try {
    const { status, headers } = await safeFetch(webhook.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': note.id,
        'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
        'webhook-signature': new Signer(webhook.secret).sign(note.id, now, body),
      },
      body,
      timeoutMs,
      maximumBytes,
      allowPrivate: settings.allowPrivateAddresses,
      signal,
    });
    if (status >= 200 && status <= 299) return { kind: 'sent' };
    const reason = `${new URL(webhook.url).host} answered with the status ${status}`;
    if (status === 410) {
      // It may have been given another address since it was read.
      const same = and(eq(webhooks.id, webhook.id), eq(webhooks.url, webhook.url));
      await queries.update(webhooks).set({ active: false }).where(same);
      return { kind: 'given_up', reason: `${reason}: it is not called any more` };
    }
    const askedSeconds = retryAfterSeconds(headers.get('retry-after'), now.getTime());
    return { kind: 'failed', reason, askedSeconds };
  } catch (error) {
    if (!(error instanceof SafeFetchError)) throw error;
    switch (error.code) {
      case 'refused':
        return { kind: 'given_up', reason: error.message };
      case 'unreachable':
      case 'timeout':
      case 'too_large':
        return { kind: 'failed', reason: error.message, askedSeconds: 0 };
    }
  }
}
