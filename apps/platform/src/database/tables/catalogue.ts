import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';

import type { Service } from '@fusion-platform/contract';

import { createdAt, id, moment, updatedAt } from '../columns.ts';
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
    /** `folder`: read from a folder of the platform's machine. `published`: sent by an organisation. */
    source: text('source').$type<'folder' | 'published'>().notNull().default('folder'),
    /** Of a folder: whether it is there still. */
    present: boolean('present').notNull().default(true),
    // All that follows is of published ones.
    service_file: text('service_file'),
    /** Of the archive of its folder, an object of this name; null for an image. */
    package_sha256: text('package_sha256'),
    package_size: bigint('package_size', { mode: 'number' }),
    published_by: uuid('published_by'),
    decided_by: uuid('decided_by'),
    decided_at: moment('decided_at'),
    withdrawn_reason: text('withdrawn_reason'),
  },
  (table) => [uniqueIndex('services_version').on(table.ssd_id, table.version)],
);

/** Whose an SSD is that was published: whoever published its first version. One organisation wins where several try. */
export const publishedSsds = pgTable('published_ssds', {
  ssd_id: uuid('ssd_id').primaryKey(),
  organisation_id: uuid('organisation_id')
    .notNull()
    .references(() => organisations.id),
});

/** An archive of a service that was announced, and perhaps has come; it is published or forgotten within a day. */
export const serviceUploads = pgTable(
  'service_uploads',
  {
    id: id(),
    created_at: createdAt(),
    organisation_id: uuid('organisation_id')
      .notNull()
      .references(() => organisations.id, { onDelete: 'cascade' }),
    user_id: uuid('user_id').notNull(),
    /** SHA-256 of the secret in the address that takes the bytes. */
    token_hash: text('token_hash').notNull(),
    announced_size: bigint('announced_size', { mode: 'number' }).notNull(),
    /** Null until the bytes are stored. */
    object_key: text('object_key'),
    sha256: text('sha256'),
  },
  (table) => [index('service_uploads_organisation').on(table.organisation_id)],
);
