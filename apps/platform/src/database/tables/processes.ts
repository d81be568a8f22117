import { sql } from 'drizzle-orm';
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
    /** Whether components may take over the outputs of earlier ones that did the same. */
    reuse: boolean('reuse').notNull().default(false),
    /** How many executions a run has, as it was when the process was last judged. */
    slices: integer('slices').notNull().default(1),
    aggregators: integer('aggregators').notNull().default(0),
    /** From when due times are counted, and how many runs have begun since. */
    schedule_start: moment('schedule_start'),
    schedule_runs: integer('schedule_runs').notNull().default(0),
    /** When `repeat_start` moves on to the next run; not at once, since clients compare it with what has begun. */
    advance_at: moment('advance_at'),
  },
  (table) => [
    index('processes_organisation').on(table.organisation_id, table.created_at, table.id),
    index('processes_executing')
      .on(table.repeat_start)
      .where(sql`process_status = 'execute'`),
  ],
);
