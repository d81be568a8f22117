import { sql } from 'drizzle-orm';
import {
  bigint,
  bigserial,
  boolean,
  check,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';

import type { ProcessExecution, ProcessServiceExecution } from '@fusion-platform/contract';

import { createdAt, credits, id, moment, updatedAt } from '../columns.ts';
import { organisations } from './accounts.ts';

type Filled<T> = Exclude<T, null | undefined>;

/** How an execution stands. Drawn, and written, in executions/component/execution-transitions.ts alone. */
export type ExecutionState =
  | 'unpaid'
  | 'waiting'
  | 'running'
  | 'stopping'
  | 'failing'
  | 'succeeded'
  | 'failed'
  | 'stopped';

/** How a component stands. Drawn, and written, in executions/component/transitions.ts alone. */
export type ComponentState =
  | 'waiting'
  | 'preparing'
  | 'queued'
  | 'running'
  | 'publishing'
  | 'succeeded'
  | 'failed'
  | 'stopped';

/** How an attempt stands. Drawn, and written, in executions/component/attempt-transitions.ts alone. */
export type AttemptState = 'preparing' | 'queued' | 'running' | 'ended' | 'gone';

/** A reason as it is kept: what the contract's table of reasons needs to make one. The sentence where it is not the code's own. */
export interface StoredReason {
  readonly code: string;
  readonly evidence: Readonly<Record<string, string | number | null>>;
  readonly sentence?: string;
}

/** One run of a process. Once it has ended, nothing but its expiry changes. */
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
    /** Who asked for it; null for a run that began by its schedule. */
    requested_by: uuid('requested_by'),
    /** What it works on: the whole region, a slice of it, or the outputs of all slices. */
    role: text('role').$type<'whole' | 'slice' | 'aggregator'>().notNull().default('whole'),
    group_id: uuid('group_id'),
    group_index: integer('group_index'),
    group_count: integer('group_count'),
    options: jsonb('options').$type<Filled<ProcessExecution['options']>>().notNull(),
    chains: jsonb('chains').$type<Filled<ProcessExecution['chains']>>().notNull(),
    /** The data item whose geometry is the region that components are told. */
    region_data_id: uuid('region_data_id'),
    started_at: moment('started_at').notNull(),
    /** When it was due, and how many due times before that nobody was there to keep; set when it began late. */
    due_at: moment('due_at'),
    missed: integer('missed'),
    state: text('state').$type<ExecutionState>().notNull(),
    /** What the API filters by. */
    success: boolean('success')
      .notNull()
      .generatedAlwaysAs(sql`state = 'succeeded'`),
    stopped: boolean('stopped')
      .notNull()
      .generatedAlwaysAs(sql`state = 'stopped'`),
    /** How many of its components have not ended. */
    open_components: integer('open_components').notNull(),
    ended_at: moment('ended_at'),
    abort_reason: text('abort_reason'),
    exit_type: text('exit_type'),
    /** The user who stopped it, once somebody has. */
    stopped_by: uuid('stopped_by'),
    progress: integer('progress').notNull().default(0),
    /** Whether users have been told of its end. */
    notified: boolean('notified'),
    /** Whether outputs of earlier runs may be taken over. */
    reuse: boolean('reuse').notNull().default(false),
    /** What was reserved for it; what it cost in the end is in the ledger. */
    price: credits('price').notNull(),
    charged: credits('charged'),
    output_storage_days: integer('output_storage_days').notNull(),
    delete_expiry: moment('delete_expiry').notNull(),
    /** Whether a user has set the expiry, which then stays as it is when the execution ends. */
    delete_expiry_chosen: boolean('delete_expiry_chosen').notNull().default(false),
    delete_warning_status: text('delete_warning_status').notNull().default('delete_warning_not_sent'),
    delete_protection: boolean('delete_protection').notNull().default(false),
  },
  (table) => [
    index('process_executions_process').on(table.process_id, table.created_at, table.id),
    index('process_executions_organisation').on(table.organisation_id, table.created_at, table.id),
    index('process_executions_group').on(table.group_id),
    index('process_executions_expiry').on(table.delete_expiry),
    index('process_executions_unfinished')
      .on(table.process_id)
      .where(sql`ended_at is null`),
    index('process_executions_done')
      .on(table.id)
      .where(sql`ended_at is null and open_components = 0`),
    index('process_executions_waiting')
      .on(table.group_id, table.group_index)
      .where(sql`state in ('unpaid', 'waiting')`),
    check(
      'process_executions_state',
      sql`state in ('unpaid', 'waiting', 'running', 'stopping', 'failing', 'succeeded', 'failed', 'stopped')`,
    ),
    check(
      'process_executions_ended',
      sql`(ended_at is not null) = (state in ('succeeded', 'failed', 'stopped'))`,
    ),
  ],
);

/** Where an input of a component comes from: always a data item, one that is still to come for a link of the chain. */
export interface ComponentInput {
  readonly number: number;
  readonly file_type: string;
  readonly title: string | null;
  readonly data_id: string | null;
  /** Of an input that gathers the outputs of all slices: their data items. */
  readonly data_ids?: readonly string[];
}

/** An output and the data item that was made for it beforehand. */
export interface ComponentOutput {
  readonly number: number;
  readonly name: string;
  readonly file_type: string;
  readonly data_id: string;
  /** It may stay without a file. */
  readonly optional?: boolean;
}

/** What a component that dispatches sends: the outputs of another component of its execution. */
export interface ComponentDispatch {
  /** The chain index of the component whose outputs are sent. */
  readonly of: number;
  /** In Python's syntax; none: always. */
  readonly condition: string | null;
}

/** What was sent where. */
export interface Dispatched {
  readonly file: string;
  readonly to: string;
  readonly size: number | null;
  readonly at: string;
}

/** One service's run in an execution. */
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
    /** The order in which components that are runnable take slots. */
    seq: bigserial('seq', { mode: 'number' }),
    chain_index: integer('chain_index').notNull(),
    name: text('name').notNull(),
    kind: text('kind').$type<'service' | 'dispatch'>().notNull().default('service'),
    dispatch: jsonb('dispatch').$type<ComponentDispatch>(),
    dispatched: jsonb('dispatched').$type<Dispatched[]>(),
    state: text('state').$type<ComponentState>().notNull().default('waiting'),
    started_at: moment('started_at'),
    ended_at: moment('ended_at'),
    runtime: integer('runtime'),
    architecture: text('architecture'),
    cpu: doublePrecision('cpu').notNull(),
    memory: doublePrecision('memory').notNull(),
    storage: doublePrecision('storage').notNull(),
    /** As the API shows them. */
    options: jsonb('options').$type<Filled<ProcessServiceExecution['options']>>().notNull(),
    /** As job.json carries them. */
    job_options: jsonb('job_options').$type<Record<string, string | number | boolean | null>>().notNull(),
    job_inputs: jsonb('job_inputs').$type<ComponentInput[]>().notNull(),
    job_outputs: jsonb('job_outputs').$type<ComponentOutput[]>().notNull(),
    /** The components that must have succeeded before this one starts, by chain index. */
    depends_on: jsonb('depends_on').$type<number[]>().notNull(),
    /** How many of those have not succeeded yet. */
    pending_dependencies: integer('pending_dependencies').notNull().default(0),
    /** Whether it may begin as soon as there is a slot: its execution runs, and what it depends on has succeeded. */
    runnable: boolean('runnable').notNull().default(false),
    /** Its part of the price of the execution, and what it cost in the end. */
    price: credits('price').notNull().default('0'),
    charged: credits('charged'),
    /** Equal for components that would make the same: of service version, options and the contents of the inputs. */
    reuse_key: text('reuse_key'),
    /** The component whose outputs it took over, or why it took none. */
    reused_from: uuid('reused_from'),
    reuse_note: text('reuse_note'),
    /** What was otherwise at its nearest earlier execution, where it was not reused. */
    reuse_differs: jsonb('reuse_differs').$type<StoredReason[]>(),
    /** The first attempt since it was last begun: those before it are of a failed execution that is executed again. */
    first_attempt: integer('first_attempt').notNull().default(1),
    /** The data item of what it keeps from run to run. */
    storage_id: uuid('storage_id'),
    intermediate: boolean('intermediate').notNull(),
    progress: integer('progress').notNull().default(0),
    exit_type: text('exit_type'),
    abort_reason: text('abort_reason'),
    /** Why it ended other than well, as data: it says the same as `abort_reason`. */
    end_reason: jsonb('end_reason').$type<StoredReason>(),
    /** What the runtime says that a queued one waits for. */
    queue_reason: jsonb('queue_reason').$type<StoredReason>(),
    /** How many that came later were started before it, since it did not fit. */
    overtaken: integer('overtaken').notNull().default(0),
    /** The node that works on it, and until when unless renewed. */
    lease_owner: uuid('lease_owner'),
    lease_until: moment('lease_until'),
    /** Faults of the platform itself in a row, and when to try again. */
    faults: integer('faults').notNull().default(0),
    retry_at: moment('retry_at'),
    /** What the last of them was, as users may read it. */
    fault: text('fault'),
  },
  (table) => [
    uniqueIndex('process_service_executions_chain').on(table.process_execution_id, table.chain_index),
    index('process_service_executions_active')
      .on(table.state)
      .where(sql`state in ('preparing', 'queued', 'running', 'publishing')`),
    index('process_service_executions_runnable')
      .on(table.seq)
      .where(sql`state = 'waiting' and runnable`),
    index('process_service_executions_retry')
      .on(table.retry_at)
      .where(sql`retry_at is not null`),
    index('process_service_executions_reuse')
      .on(table.reuse_key)
      .where(sql`state = 'succeeded'`),
    check(
      'process_service_executions_state',
      sql`state in ('waiting', 'preparing', 'queued', 'running', 'publishing', 'succeeded', 'failed', 'stopped')`,
    ),
  ],
);

/** One try at a component. There is a second one only when the first was lost, or may go better. */
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
    /** The node that started it. */
    node_id: uuid('node_id').notNull(),
    state: text('state').$type<AttemptState>().notNull().default('preparing'),
    /** The runtime's name for it. */
    handle: jsonb('handle').$type<unknown>(),
    /** How far its log and its samples have been read, as the runtime says it; moved in the transaction that stores them. */
    cursor: text('cursor'),
    started_at: moment('started_at'),
    ended_at: moment('ended_at'),
    /** The memory that it was given, in MiB: an attempt after one that ran out of it gets more. */
    memory: doublePrecision('memory'),
    /** Why it ended other than well. */
    exit_type: text('exit_type'),
    reason: text('reason'),
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
    index('component_attempts_node').on(table.node_id, table.cleaned),
    check('component_attempts_state', sql`state in ('preparing', 'queued', 'running', 'ended', 'gone')`),
  ],
);

/** A log record. Its id is made of the component's and `seq`: see executions/records/log-id.ts. */
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

/**
 * How many lines a log has, counted as they are written: to count a million takes the embedded database a third of a second.
 * Whoever adds lines holds this row until they are stored, so lines of one log are stored in the order of `seq`.
 */
export const componentLogLengths = pgTable('component_log_lengths', {
  component_id: uuid('component_id')
    .primaryKey()
    .references(() => processServiceExecutions.id, { onDelete: 'cascade' }),
  lines: bigint('lines', { mode: 'number' }).notNull(),
});

/** Where some lines of a log are, one for some thousand, so that any line is found by passing over few. */
export const componentLogMarks = pgTable(
  'component_log_marks',
  {
    component_id: uuid('component_id')
      .notNull()
      .references(() => processServiceExecutions.id, { onDelete: 'cascade' }),
    /** Counted from 0. */
    line: bigint('line', { mode: 'number' }).notNull(),
    seq: bigint('seq', { mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.component_id, table.line] })],
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
