import { calls, Webhook as definition } from '@fusion-platform/contract';
import type { WebhookEvent } from '@fusion-platform/contract';

import { StateError } from '../errors/index.ts';
import type { Connection } from '../http/index.ts';
import { listOf } from '../lists/index.ts';
import type { Collection } from '../lists/index.ts';
import type { CallOptions } from './base-model.ts';
import { performExtension } from './extension-call.ts';
import { modelClass } from './model-class.ts';
import type { ModelClass } from './model-class.ts';
import { WebhookDelivery } from './webhook-delivery.ts';

/** A webhook to make. */
export interface NewWebhook extends CallOptions {
  /** The address that is called, over http or https. */
  readonly url: string;
  /** The events for which it is called; `*` for all. */
  readonly events: readonly (WebhookEvent | '*')[];
  /** What calls are signed with: `whsec_` and 24 to 64 bytes in base64. The platform makes one unless given. */
  readonly secret?: string;
  /** Whether it is called; true unless given. */
  readonly active?: boolean;
}

const Base: ModelClass<typeof definition, 'get' | 'update' | 'delete'> = modelClass({
  definition,
  get: calls.getWebhook,
  update: calls.updateWebhook,
  delete: calls.deleteWebhook,
  params: ({ id, organisation_id }) => ({ webhook_id: id, organisation_id }),
});

/** An address that is called when something happens. Only the one that `createWebhook` gives has its `secret`. */
export class Webhook extends Base {
  /** @internal */
  static async create(
    connection: Connection,
    organisationId: string,
    { signal, events, ...fields }: NewWebhook,
    exists: () => Promise<unknown>,
  ): Promise<Webhook> {
    // Types do not hold in plain JavaScript. Nothing is listened to by default.
    if (!Array.isArray(events) || events.length === 0)
      throw new StateError(
        'wrong_argument',
        "Say for which events the webhook is called: `events: ['execution.ended']`, or `['*']` for all",
      );
    const params = { organisation_id: organisationId };
    const body = { ...fields, events: [...events] };
    const { model } = await performExtension(
      connection,
      calls.createWebhook,
      { params, body, signal },
      exists,
    );
    return new Webhook(connection, model);
  }

  /** Its deliveries, oldest first unless `reverse`. Those that were sent or given up are kept for 30 days. */
  deliveries({ reverse = false }: { readonly reverse?: boolean } = {}): Collection<WebhookDelivery> {
    return listOf(this.connection, calls.listDeliveries, this.params(), { reverse }, (delivery) => {
      return new WebhookDelivery(this.connection, delivery);
    });
  }
}
