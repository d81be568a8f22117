import { sql } from 'drizzle-orm';
import {
  bigint,
  bigserial,
  boolean,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';

import type { ProcessExecution, ProcessServiceExecution } from '@fusion-platform/contract';

import { createdAt, credits, id, moment, updatedAt } from '../columns.ts';
import { organisations } from './accounts.ts';

type Filled<T> = Exclude<T, null | undefined>;

/** One run of a process. It has ended once `ended_at` is set; nothing but its expiry changes after that. */
export const processExecutions = pgTable(
  'process_executions',
  {
    id: id(),
    created_at: createdAt(),
    updated_at: updatedAt(),
    organisation_id: uuid('organisation_id')
      .notNull()
      .references(() => organisations.id, { onDelete: 'cascade' }),
    process_id: uuid('process_id').notNull(),
    process_name: text('process_name').notNull(),
    group_id: uuid('group_id'),
    group_index: integer('group_index'),
    group_count: integer('group_count'),
    options: jsonb('options').$type<Filled<ProcessExecution['options']>>().notNull(),
    chains: jsonb('chains').$type<Filled<ProcessExecution['chains']>>().notNull(),
    /** The data item whose geometry is the region that components are told. */
    region_data_id: uuid('region_data_id'),
    started_at: moment('started_at').notNull(),
    ended_at: moment('ended_at'),
    /** Why no further component may start and the running ones must end; the first one to say so decides. */
    halt: text('halt').$type<'stop' | 'failure'>(),
    stopped: boolean('stopped').notNull().default(false),
    abort: boolean('abort').notNull().default(false),
    abort_reason: text('abort_reason'),
    exit_type: text('exit_type'),
    success: boolean('success').notNull().default(false),
    progress: integer('progress').notNull().default(0),
    /** What was charged for it. */
    price: credits('price').notNull(),
    output_storage_days: integer('output_storage_days').notNull(),
    delete_expiry: moment('delete_expiry').notNull(),
    /** Whether a user has set the expiry, which then stays as it is when the execution ends. */
    delete_expiry_chosen: boolean('delete_expiry_chosen').notNull().default(false),
    delete_warning_status: text('delete_warning_status').notNull().default('delete_warning_not_sent'),
    delete_protection: boolean('delete_protection').notNull().default(false),
  },
  (table) => [
    index('process_executions_process').on(table.process_id, table.created_at, table.id),
    index('process_executions_organisation').on(table.organisation_id),
    index('process_executions_group').on(table.group_id),
    index('process_executions_expiry').on(table.delete_expiry),
    index('process_executions_unfinished')
      .on(table.id)
      .where(sql`ended_at is null`),
  ],
);

/** Where an input of a component comes from: always a data item, one that is still to come for a link of the chain. */
export interface ComponentInput {
  readonly number: number;
  readonly file_type: string;
  readonly title: string | null;
  readonly data_id: string | null;
}

/** An output and the data item that was made for it beforehand. */
export interface ComponentOutput {
  readonly number: number;
  readonly name: string;
  readonly file_type: string;
  readonly data_id: string;
}

/** One service's run in an execution. Its `state` moves as drawn in executions/states.ts. */
export const processServiceExecutions = pgTable(
  'process_service_executions',
  {
    id: id(),
    created_at: createdAt(),
    updated_at: updatedAt(),
    organisation_id: uuid('organisation_id').notNull(),
    process_execution_id: uuid('process_execution_id')
      .notNull()
      .references(() => processExecutions.id, { onDelete: 'cascade' }),
    process_id: uuid('process_id').notNull(),
    service_id: uuid('service_id').notNull(),
    ssd_id: uuid('ssd_id').notNull(),
    image_id: uuid('image_id').notNull(),
    chain_index: integer('chain_index').notNull(),
    name: text('name').notNull(),
    state: text('state')
      .$type<'waiting' | 'preparing' | 'running' | 'publishing' | 'succeeded' | 'failed' | 'stopped'>()
      .notNull(),
    started_at: moment('started_at'),
    ended_at: moment('ended_at'),
    runtime: integer('runtime'),
    architecture: text('architecture'),
    cpu: doublePrecision('cpu').notNull(),
    memory: doublePrecision('memory').notNull(),
    storage: doublePrecision('storage').notNull(),
    instance_type: text('instance_type'),
    /** As the API shows them. */
    options: jsonb('options').$type<Filled<ProcessServiceExecution['options']>>().notNull(),
    /** As job.json carries them. */
    job_options: jsonb('job_options').$type<Record<string, string | number | boolean | null>>().notNull(),
    job_inputs: jsonb('job_inputs').$type<ComponentInput[]>().notNull(),
    job_outputs: jsonb('job_outputs').$type<ComponentOutput[]>().notNull(),
    /** The components that must have succeeded before this one starts, by chain index. */
    after: jsonb('after').$type<number[]>().notNull(),
    intermediate: boolean('intermediate').notNull(),
    progress: integer('progress').notNull().default(0),
    exit_type: text('exit_type'),
    abort_reason: text('abort_reason'),
    /** Whose work it is at present, and until when unless renewed. */
    lease_owner: uuid('lease_owner'),
    lease_until: moment('lease_until'),
    /** Faults of the platform itself in a row, and when to try again. */
    faults: integer('faults').notNull().default(0),
    retry_at: moment('retry_at'),
  },
  (table) => [
    uniqueIndex('process_service_executions_chain').on(table.process_execution_id, table.chain_index),
    index('process_service_executions_state').on(table.state),
  ],
);

/** One try at a component, in a folder of its own. There is a second one only when the first was lost. */
export const componentAttempts = pgTable(
  'component_attempts',
  {
    id: id(),
    created_at: createdAt(),
    updated_at: updatedAt(),
    component_id: uuid('component_id')
      .notNull()
      .references(() => processServiceExecutions.id, { onDelete: 'cascade' }),
    /** Counts from 1. */
    number: integer('number').notNull(),
    /** The platform that started it: its folder and its processes are there and nowhere else. */
    host: uuid('host').notNull(),
    state: text('state').$type<'preparing' | 'running' | 'ended' | 'gone'>().notNull(),
    folder: text('folder').notNull(),
    handle: jsonb('handle').$type<unknown>(),
    /** How far its log and its samples have been read; moved in the transaction that stores what was read. */
    log_offset: bigint('log_offset', { mode: 'number' }).notNull().default(0),
    metrics_offset: bigint('metrics_offset', { mode: 'number' }).notNull().default(0),
    started_at: moment('started_at'),
    ended_at: moment('ended_at'),
    exit_code: integer('exit_code'),
    signal: text('signal'),
    ended_by: text('ended_by'),
    out_of_memory: boolean('out_of_memory'),
    peak_memory_bytes: bigint('peak_memory_bytes', { mode: 'number' }),
    peak_storage_bytes: bigint('peak_storage_bytes', { mode: 'number' }),
    cpu_seconds: doublePrecision('cpu_seconds'),
    /** Whether its folder and what the runtime kept of it are gone. */
    cleaned: boolean('cleaned').notNull().default(false),
  },
  (table) => [
    uniqueIndex('component_attempts_number').on(table.component_id, table.number),
    index('component_attempts_host').on(table.host, table.cleaned),
  ],
);

/** A log record. Its id is made of the component's and `seq`: see executions/log-id.ts. */
export const componentLogs = pgTable(
  'component_logs',
  {
    /** The order in which records were written. */
    seq: bigserial('seq', { mode: 'number' }).primaryKey(),
    component_id: uuid('component_id')
      .notNull()
      .references(() => processServiceExecutions.id, { onDelete: 'cascade' }),
    attempt: integer('attempt').notNull(),
    stream: text('stream').notNull(),
    logged_at: moment('logged_at').notNull(),
    created_at: createdAt(),
    message: text('message').notNull(),
  },
  (table) => [index('component_logs_component').on(table.component_id, table.seq)],
);

type Sample = Filled<ProcessServiceExecution['metrics']>[number];

export const componentMetrics = pgTable(
  'component_metrics',
  {
    seq: bigserial('seq', { mode: 'number' }).primaryKey(),
    component_id: uuid('component_id')
      .notNull()
      .references(() => processServiceExecutions.id, { onDelete: 'cascade' }),
    attempt: integer('attempt').notNull(),
    sample: jsonb('sample').$type<Sample>().notNull(),
  },
  (table) => [index('component_metrics_component').on(table.component_id, table.seq)],
);
