import { boolean, index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';

import type { Process } from '@fusion-platform/contract';

import { createdAt, credits, id, moment, updatedAt } from '../columns.ts';
import { organisations } from './accounts.ts';
import { services } from './catalogue.ts';

type Filled<T> = Exclude<T, null | undefined>;

/** A service configured with inputs, options and a schedule. */
export const processes = pgTable(
  'processes',
  {
    id: id(),
    created_at: createdAt(),
    updated_at: updatedAt(),
    organisation_id: uuid('organisation_id')
      .notNull()
      .references(() => organisations.id),
    ssd_id: uuid('ssd_id').notNull(),
    service_id: uuid('service_id')
      .notNull()
      .references(() => services.id),
    name: text('name').notNull(),
    inputs: jsonb('inputs').$type<Filled<Process['inputs']>>().notNull(),
    options: jsonb('options').$type<Filled<Process['options']>>().notNull(),
    dispatchers: jsonb('dispatchers').$type<Filled<Process['dispatchers']>>().notNull(),
    run_type: text('run_type').notNull(),
    repeat_count: integer('repeat_count').notNull(),
    repeat_start: moment('repeat_start').notNull(),
    repeat_end: moment('repeat_end'),
    repeat_gap: jsonb('repeat_gap').$type<Filled<Process['repeat_gap']>>(),
    repeat_offset: jsonb('repeat_offset').$type<Filled<Process['repeat_offset']>>(),
    process_status: text('process_status').$type<'draft' | 'execute' | 'stop'>().notNull(),
    process_status_at: moment('process_status_at').notNull(),
    process_status_changed_by: uuid('process_status_changed_by'),
    output_storage_period: integer('output_storage_period'),
    test_run: boolean('test_run').notNull().default(false),
    price: credits('price').notNull(),
  },
  (table) => [index('processes_organisation').on(table.organisation_id, table.created_at, table.id)],
);
