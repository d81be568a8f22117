import { inspect } from 'node:util';

import { calls } from '@fusion-platform/contract';
import { expect, test } from 'vitest';

import { NotFoundError, PermissionError, UnsupportedError, webhookEvents } from '../src/index.ts';
import { page, Refusal } from './fixture-server.ts';
import { organisationOf, startPlatform } from './platform-state.ts';
import { id, organisationId } from './samples.ts';
import type { Wire } from './samples.ts';

const dates = { created_at: '2026-01-01T00:00:00+00:00', updated_at: '2026-01-01T00:00:00+00:00' };
const secret = `whsec_${'A'.repeat(32)}`;
const url = 'https://example.com/fusion';

const webhook = (more: object = {}): Wire => ({
  id: id(70),
  ...dates,
  organisation_id: organisationId,
  url,
  events: ['*'],
  active: true,
  ...more,
});
const delivery = (n: number, more: object = {}): Wire => ({
  id: id(7000 + n),
  created_at: dates.created_at,
  webhook_id: id(70),
  event: 'execution.ended',
  payload: { event: 'execution.ended', process_name: 'Elevation' },
  state: 'sent',
  tries: 1,
  ...more,
});

test('a webhook is made with its secret, changed and taken away', async () => {
  await using platform = await startPlatform();
  platform.on(calls.createWebhook, () => ({ model: webhook({ secret }), extras: {} }));
  platform.on(calls.updateWebhook, () => ({ model: webhook({ active: false }), extras: {} }));
  platform.on(calls.deleteWebhook, () => ({}));
  const organisation = await organisationOf(platform);
  const made = await organisation.createWebhook({ url, events: webhookEvents, active: true });
  expect(platform.asked(calls.createWebhook)[0]!.body).toEqual({
    'Webhook[url]': url,
    'Webhook[events]': webhookEvents,
    'Webhook[active]': true,
  });
  expect(made.secret).toBe(secret);
  // In plain JavaScript.
  for (const events of [undefined, 'execution.ended', []])
    await expect(organisation.createWebhook({ url, events } as never)).rejects.toThrow(
      /Say for which events .*`events: \['execution\.ended'\]`/,
    );
  await made.update({ active: false });
  expect(platform.asked(calls.updateWebhook)[0]!.body).toMatchObject({ 'Webhook[active]': false });
  expect([made.active, made.secret]).toEqual([false, undefined]);
  await made.delete();
  expect(platform.asked(calls.deleteWebhook)[0]!.params).toEqual({
    organisation_id: organisationId,
    webhook_id: id(70),
  });
});

test('webhooks are listed, and what each was told', async () => {
  await using platform = await startPlatform();
  const error = 'example.com answered with the status 500';
  const all = [delivery(1), delivery(2, { state: 'waiting', next_at: '2026-01-01T00:00:30+00:00', error })];
  platform.on(calls.listWebhooks, () => ({ list: [webhook()], extras: {} }));
  platform.on(calls.listDeliveries, ({ list }) => page(all, list));
  const [found] = await (await organisationOf(platform)).webhooks().toArray();
  const [newest, oldest] = await found!.deliveries({ reverse: true }).toArray();
  expect(newest).toMatchObject({ state: 'waiting', tries: 1, error });
  expect(oldest!.payload).toEqual({ event: 'execution.ended', process_name: 'Elevation' });
});

test('the log never has the secret', async () => {
  await using platform = await startPlatform();
  platform.on(calls.createWebhook, () => ({ model: webhook({ secret }), extras: {} }));
  const lines: string[] = [];
  const log = (...parts: unknown[]): void => void lines.push(inspect(parts, { depth: 10 }));
  const logger = { debug: log, info: log, warn: log, error: log };
  const organisation = await organisationOf(platform, { logLevel: 'debug', logger });
  await organisation.createWebhook({ url, events: ['*'], secret });
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.join()).not.toContain(secret);
});

test('a platform without webhooks is told from an organisation that is gone', async () => {
  await using platform = await startPlatform();
  const organisation = await organisationOf(platform);
  const wanted = { url, events: ['*'] } as const;
  await expect(organisation.createWebhook(wanted)).rejects.toBeInstanceOf(UnsupportedError);
  await expect(organisation.webhooks().toArray()).rejects.toMatchObject({
    code: 'unsupported',
    call: 'listWebhooks',
  });
  platform.on(calls.getOrganisation, () => {
    throw new Refusal(404, { error_message: 'no such organisation', code: 'not_found' });
  });
  await expect(organisation.createWebhook(wanted)).rejects.toBeInstanceOf(NotFoundError);
  await expect(organisation.webhooks().first()).rejects.toBeInstanceOf(NotFoundError);
});

test('who may not make one is told so', async () => {
  await using platform = await startPlatform();
  platform.on(calls.createWebhook, () => {
    throw new Refusal(403, { error_message: 'ask a manager', code: 'forbidden' });
  });
  const making = (await organisationOf(platform)).createWebhook({ url, events: ['*'] });
  await expect(making).rejects.toBeInstanceOf(PermissionError);
});
