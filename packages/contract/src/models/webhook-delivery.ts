import { datetime, integer, json, string, uuid } from '../fields/index.ts';
import { model } from './model.ts';
import type { ModelValue } from './model.ts';

const kept = { nullable: true, readOnly: true } as const;

/** One piece of news for a webhook. Not part of the original API. */
export const WebhookDelivery = model(
  'WebhookDelivery',
  'Delivery',
  'One piece of news for a webhook, and how the telling went.',
  {
    id: uuid({
      title: 'Id',
      description: 'The id of the delivery; the header Webhook-Id of each call that was made for it.',
      readOnly: true,
    }),
    created_at: datetime({ title: 'Created at', description: 'When it happened.', readOnly: true }),
    webhook_id: uuid({ title: 'Webhook', description: 'The id of the webhook.', readOnly: true }),
    event: string({ title: 'Event', description: 'What happened, e.g. execution.ended.', readOnly: true }),
    payload: json({ title: 'Payload', description: 'The body of each call.', readOnly: true }),
    state: string({ title: 'State', description: 'One of waiting, sent and failed.', readOnly: true }),
    tries: integer({ title: 'Tries', description: 'How often it was called so far.', readOnly: true }),
    next_at: datetime({
      title: 'Next try',
      description: 'When it is called next. Absent when it is not.',
      ...kept,
    }),
    sent_at: datetime({ title: 'Sent at', description: 'When a call succeeded.', ...kept }),
    failed_at: datetime({ title: 'Failed at', description: 'When it was given up.', ...kept }),
    error: string({ title: 'Error', description: 'Why the last call failed.', ...kept }),
  },
);
export type WebhookDelivery = ModelValue<typeof WebhookDelivery>;
