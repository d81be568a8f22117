import { sql } from 'drizzle-orm';
import { boolean, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';

import { createdAt, id, moment, updatedAt } from '../columns.ts';
import { organisations, users } from './accounts.ts';

/** An address that an organisation wants called when something happens. */
export const webhooks = pgTable(
  'webhooks',
  {
    id: id(),
    created_at: createdAt(),
    updated_at: updatedAt(),
    organisation_id: uuid('organisation_id')
      .notNull()
      .references(() => organisations.id, { onDelete: 'cascade' }),
    url: text('url').notNull(),
    /** What each call is signed with. */
    secret: text('secret').notNull(),
    events: jsonb('events').$type<string[]>().notNull(),
    active: boolean('active').notNull().default(true),
  },
  (table) => [index('webhooks_organisation').on(table.organisation_id, table.created_at, table.id)],
);

/** What is to be told to somebody, until it has been or was given up. Exactly one of `webhook_id` and `user_id` is set. */
export const notifications = pgTable(
  'notifications',
  {
    id: id(),
    created_at: createdAt(),
    organisation_id: uuid('organisation_id')
      .notNull()
      .references(() => organisations.id, { onDelete: 'cascade' }),
    webhook_id: uuid('webhook_id').references(() => webhooks.id, { onDelete: 'cascade' }),
    user_id: uuid('user_id').references(() => users.id, { onDelete: 'cascade' }),
    event: text('event').notNull(),
    /** The same news is told to the same listener once, however often it is noted. */
    once: text('once').notNull(),
    payload: jsonb('payload').$type<Record<string, unknown>>().notNull(),
    tries: integer('tries').notNull().default(0),
    /** Which worker tells it at present, and until when unless it says how that went. */
    lease_owner: text('lease_owner'),
    lease_until: moment('lease_until'),
    /** Not before. */
    next_at: moment('next_at')
      .notNull()
      .default(sql`clock_timestamp()`),
    sent_at: moment('sent_at'),
    /** Set when it was given up. */
    failed_at: moment('failed_at'),
    error: text('error'),
  },
  (table) => [
    uniqueIndex('notifications_once').on(table.once),
    index('notifications_waiting')
      .on(table.next_at)
      .where(sql`sent_at is null and failed_at is null`),
    index('notifications_webhook').on(table.webhook_id, table.created_at, table.id),
  ],
);
