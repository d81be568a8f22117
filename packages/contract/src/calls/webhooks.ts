import { Webhook, WebhookDelivery } from '../models/index.ts';
import { call, empty, flat, list, one } from './define.ts';

const tag = 'Webhooks';
const path = '/organisations/{organisation_id}/webhooks';
const webhook = `${path}/{webhook_id}` as const;

export const listWebhooks = call({
  tag,
  summary: 'List the webhooks',
  method: 'GET',
  path,
  answer: list(Webhook),
  errors: ['bad_request'],
  extension: true,
});
export const createWebhook = call({
  tag,
  summary: 'Create a webhook',
  description: 'The answer is the only one that carries its `secret`.',
  method: 'POST',
  path,
  body: flat(Webhook),
  answer: one(Webhook),
  errors: ['conflict', 'forbidden'],
  extension: true,
});
export const getWebhook = call({
  tag,
  summary: 'Get a webhook',
  method: 'GET',
  path: webhook,
  answer: one(Webhook),
  extension: true,
});
export const updateWebhook = call({
  tag,
  summary: 'Change a webhook',
  description: 'A new `secret` signs every call from now on, those that are tried again too.',
  method: 'PATCH',
  path: webhook,
  body: flat(Webhook),
  answer: one(Webhook),
  errors: ['forbidden'],
  extension: true,
});
export const deleteWebhook = call({
  tag,
  summary: 'Delete a webhook',
  description: 'With its deliveries: what was not sent yet is not sent any more.',
  method: 'DELETE',
  path: webhook,
  answer: empty,
  errors: ['forbidden'],
  extension: true,
});
export const listDeliveries = call({
  tag,
  summary: 'List the deliveries of a webhook',
  description: 'Oldest first, unless `reverse`. Those that are over are kept for 30 days.',
  method: 'GET',
  path: `${webhook}/deliveries` as const,
  answer: list(WebhookDelivery),
  errors: ['bad_request'],
  extension: true,
});
