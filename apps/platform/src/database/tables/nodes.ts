import { sql } from 'drizzle-orm';
import { doublePrecision, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';

import { createdAt, id, moment, updatedAt } from '../columns.ts';

/** A platform process that shares this database. Its row stays when it has been killed: then its heartbeat is old. */
export const nodes = pgTable('nodes', {
  id: id(),
  created_at: createdAt(),
  updated_at: updatedAt(),
  /** The name of its machine. */
  name: text('name').notNull(),
  version: text('version').notNull(),
  /** Where it answers; null while it starts. */
  address: text('address'),
  /** Where it keeps the bytes of files: `folder`, or the bucket. */
  store: text('store').notNull(),
  slots: integer('slots').notNull().default(0),
  memory_mb: doublePrecision('memory_mb').notNull().default(0),
  runtime: text('runtime'),
  isolation: text('isolation'),
  /** The ids of the services that it has in its folders. */
  services: jsonb('services').$type<readonly string[]>().notNull().default([]),
  started_at: moment('started_at')
    .notNull()
    .default(sql`clock_timestamp()`),
  heartbeat_at: moment('heartbeat_at')
    .notNull()
    .default(sql`clock_timestamp()`),
});
