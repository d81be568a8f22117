import { boolean, integer, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';

import type { Service } from '@fusion-platform/contract';

import { createdAt, id, updatedAt } from '../columns.ts';
import { organisations } from './accounts.ts';

type Filled<T> = Exclude<T, null | undefined>;

/** One version of a service. What runs it is in `manifest`, which the catalogue subject reads and writes. */
export const services = pgTable(
  'services',
  {
    id: id(),
    created_at: createdAt(),
    updated_at: updatedAt(),
    organisation_id: uuid('organisation_id')
      .notNull()
      .references(() => organisations.id),
    ssd_id: uuid('ssd_id').notNull(),
    version: integer('version').notNull(),
    approval_status: text('approval_status').notNull(),
    featured: text('featured'),
    show_in_latest: boolean('show_in_latest').notNull(),
    /** Exactly one version of an SSD is. */
    latest: boolean('latest').notNull(),
    dispatcher: boolean('dispatcher').notNull().default(false),
    name: text('name').notNull(),
    categories: jsonb('categories').$type<string[]>().notNull(),
    keywords: jsonb('keywords').$type<string[]>().notNull(),
    image_id: uuid('image_id').notNull(),
    definition: jsonb('definition').$type<Filled<Service['definition']>>(),
    license_id: uuid('license_id').notNull(),
    manifest: jsonb('manifest').$type<unknown>().notNull(),
  },
  (table) => [uniqueIndex('services_version').on(table.ssd_id, table.version)],
);
