import { randomBytes, randomUUID } from 'node:crypto';

import { CallError, requireFields, Webhook } from '@fusion-platform/contract';
import type { ListQuery, ModelValue, Scalar, WebhookDelivery } from '@fusion-platform/contract';
import { and, eq, sql } from 'drizzle-orm';

import { selectPage, selectRows, tables } from '../../database/index.ts';
import type { Database, Queries } from '../../database/index.ts';
import { checkWebhook } from './check-webhook.ts';

type Row = typeof tables.webhooks.$inferSelect;
type Fields = Partial<ModelValue<typeof Webhook>>;
type Listed<T> = { readonly list: T[]; readonly last?: Readonly<Record<string, Scalar>> };

/** The webhooks of organisations. One of another organisation looks as if it did not exist. */
export interface Webhooks {
  list(organisationId: string, query: ListQuery): Promise<Listed<Webhook>>;
  /** Alone gives the secret. @throws ModelError; CallError `conflict` when there are too many */
  create(organisationId: string, fields: Fields): Promise<Webhook>;
  get(organisationId: string, id: string): Promise<Webhook>;
  /** @throws ModelError */
  update(organisationId: string, id: string, fields: Fields): Promise<Webhook>;
  remove(organisationId: string, id: string): Promise<void>;
  deliveries(organisationId: string, id: string, query: ListQuery): Promise<Listed<WebhookDelivery>>;
}

/** Each event costs a call to each of them. */
const mostWebhooks = 20;

const { webhooks, notifications } = tables;

export function createWebhooks(options: {
  readonly database: Database;
  readonly allowPrivateAddresses: boolean;
}): Webhooks {
  const { database, allowPrivateAddresses } = options;
  const { queries } = database;
  return {
    list: async (organisationId, query) => {
      const where = eq(webhooks.organisation_id, organisationId);
      const { rows, last } = await selectPage(queries, webhooks, { query, where });
      return { list: rows.map(present), ...(last ? { last } : {}) };
    },
    create: async (organisationId, fields) => {
      requireFields(Webhook, fields, ['url', 'events']);
      checkWebhook(fields, allowPrivateAddresses);
      const row = await database.transaction(async (tx) => {
        await checkNumber(tx, organisationId);
        const [created] = await tx
          .insert(webhooks)
          .values({
            id: randomUUID(),
            organisation_id: organisationId,
            url: fields.url!,
            events: [...new Set(fields.events)],
            active: fields.active ?? true,
            secret: fields.secret ?? newSecret(),
          })
          .returning();
        return created!;
      });
      return { ...present(row), secret: row.secret };
    },
    get: async (organisationId, id) => present(await find(queries, organisationId, id)),
    update: async (organisationId, id, fields) => {
      checkWebhook(fields, allowPrivateAddresses);
      const { url, events, active, secret } = fields;
      await queries
        .update(webhooks)
        .set({
          id,
          ...(url === undefined ? {} : { url }),
          ...(events === undefined ? {} : { events: [...new Set(events)] }),
          ...(active === undefined ? {} : { active: active ?? true }),
          // There is no webhook without one: taking it away leaves the one that it has.
          ...(secret ? { secret } : {}),
        })
        .where(own(organisationId, id));
      return present(await find(queries, organisationId, id));
    },
    remove: async (organisationId, id) => {
      await find(queries, organisationId, id);
      await queries.delete(webhooks).where(own(organisationId, id));
    },
    deliveries: async (organisationId, id, query) => {
      await find(queries, organisationId, id);
      const where = eq(notifications.webhook_id, id);
      const { rows, last } = await selectPage(queries, notifications, { query, where });
      return { list: rows.map((row) => presentDelivery(row, id)), ...(last ? { last } : {}) };
    },
  };
}

/** As Standard Webhooks has them. */
const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

const own = (organisationId: string, id: string) =>
  and(eq(webhooks.id, id), eq(webhooks.organisation_id, organisationId));

async function find(queries: Queries, organisationId: string, id: string): Promise<Row> {
  const [row] = await queries.select().from(webhooks).where(own(organisationId, id));
  if (!row) throw new CallError('not_found', `There is no webhook ${id} in this organisation`);
  return row;
}

/** Two that come at once wait for each other at the row of the organisation. */
async function checkNumber(tx: Queries, organisationId: string): Promise<void> {
  await tx.execute(sql`select id from organisations where id = ${organisationId} for update`);
  const [row] = await selectRows<{ count: number }>(
    tx,
    sql`select count(*)::int as count from webhooks where organisation_id = ${organisationId}`,
  );
  if (row && row.count >= mostWebhooks)
    throw new CallError('conflict', `An organisation has at most ${mostWebhooks} webhooks: delete one first`);
}

/** The secret stays here. */
function present(row: Row): Webhook {
  const { secret: _, ...shown } = row;
  return shown;
}

function presentDelivery(row: typeof notifications.$inferSelect, webhookId: string): WebhookDelivery {
  const { id, created_at, event, payload, tries, next_at, sent_at, failed_at, error } = row;
  const state = sent_at ? 'sent' : failed_at ? 'failed' : 'waiting';
  return {
    id,
    created_at,
    webhook_id: webhookId,
    event,
    payload,
    state,
    tries,
    next_at: state === 'waiting' ? next_at : null,
    sent_at,
    failed_at,
    error,
  };
}
