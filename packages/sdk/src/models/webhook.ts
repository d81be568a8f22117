import { calls, Webhook as definition } from '@fusion-platform/contract';
import type { WebhookEvent } from '@fusion-platform/contract';

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
  /** What is called, over http or https. */
  readonly url: string;
  /** What it is called for; `*` for everything. */
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

/** An address that is told what happens. Its `secret` is there only as `createWebhook` gives it. */
export class Webhook extends Base {
  /** @internal */
  static async create(
    connection: Connection,
    organisationId: string,
    { signal, events, ...fields }: NewWebhook,
    exists: () => Promise<unknown>,
  ): Promise<Webhook> {
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

  /** What it was told and is to be told, oldest first unless `reverse`; what is over for 30 days. */
  deliveries({ reverse = false }: { readonly reverse?: boolean } = {}): Collection<WebhookDelivery> {
    return listOf(this.connection, calls.listDeliveries, this.params(), { reverse }, (delivery) => {
      return new WebhookDelivery(this.connection, delivery);
    });
  }
}
