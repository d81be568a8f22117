import { ModelError, webhookEvents } from '@fusion-platform/contract';
import type { FieldIssue, ModelValue, Webhook } from '@fusion-platform/contract';

import { refusalOf } from '../safe-fetch/index.ts';

/** @throws ModelError naming everything that is wrong with what is to be stored */
export function checkWebhook(fields: Partial<ModelValue<typeof Webhook>>, allowPrivate: boolean): void {
  const { url, events, secret } = fields;
  const issues: FieldIssue[] = [
    ...(url === undefined ? [] : wrongAddress(url, allowPrivate)).map((message) => ({
      path: 'url',
      message,
    })),
    ...(events === undefined ? [] : wrongEvents(events)).map((message) => ({ path: 'events', message })),
    ...(secret ? wrongSecret(secret) : []).map((message) => ({ path: 'secret', message })),
  ];
  if (issues.length > 0) throw new ModelError('Webhook', issues);
}

function wrongAddress(text: string, allowPrivate: boolean): string[] {
  const url = new URL(text);
  const refusal = refusalOf(url, allowPrivate);
  if (refusal !== undefined) return [refusal];
  // Every member of the organisation can read the address.
  if (url.username || url.password) return ['cannot hold a user or a password: calls are signed instead'];
  if (text.length > 2000) return ['is longer than 2,000 characters'];
  return [];
}

function wrongEvents(events: readonly string[]): string[] {
  if (events.length === 0) return ['names no event: to be called for none, set active to false'];
  const known: readonly string[] = ['*', ...webhookEvents];
  const unknown = events.filter((event) => !known.includes(event));
  return unknown.length > 0
    ? [`has no "${unknown.join('", "')}": the events are ${webhookEvents.join(', ')}, and * for all`]
    : [];
}

function wrongSecret(secret: string): string[] {
  const base64 = /^whsec_((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/.exec(secret)?.[1];
  const bytes = base64 === undefined ? 0 : Buffer.from(base64, 'base64').length;
  return bytes >= 24 && bytes <= 64 ? [] : ['is whsec_ and 24 to 64 bytes in base64'];
}
