import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core';

import type { DataFile } from '@fusion-platform/contract';

import { createdAt, id, moment, updatedAt } from '../columns.ts';
import { organisations } from './accounts.ts';

type Filled<T> = Exclude<T, null | undefined>;

/** One or more files of one type. */
export const data = pgTable(
  'data',
  {
    id: id(),
    created_at: createdAt(),
    updated_at: updatedAt(),
    organisation_id: uuid('organisation_id')
      .notNull()
      .references(() => organisations.id),
    name: text('name').notNull(),
    /** An output whose component has not succeeded (yet). */
    unfulfilled: boolean('unfulfilled').notNull().default(false),
    /** Set on what was uploaded or copied; what executions made has none. */
    uploaded_organisation_id: uuid('uploaded_organisation_id'),
    /** The execution and the process that made it. */
    execution_id: uuid('execution_id'),
    process_id: uuid('process_id'),
  },
  (table) => [
    index('data_uploaded').on(table.uploaded_organisation_id, table.created_at, table.id),
    index('data_execution').on(table.execution_id),
  ],
);

/** A file of a data item. Analysis begins once `uploaded_at` is set and has ended once `analysed_at` is. */
export const dataFiles = pgTable(
  'data_files',
  {
    id: id(),
    created_at: createdAt(),
    updated_at: updatedAt(),
    organisation_id: uuid('organisation_id').notNull(),
    data_id: uuid('data_id')
      .notNull()
      .references(() => data.id, { onDelete: 'cascade' }),
    file_id: uuid('file_id').notNull(),
    file_type: text('file_type').notNull(),
    file_name: text('file_name').notNull(),
    title: text('title'),
    description: text('description'),
    /** Where its bytes are; null until they came. */
    object_key: text('object_key'),
    /** Where they come in several goes, and how many there are to be; null before that, and afterwards. */
    upload_key: text('upload_key'),
    upload_length: bigint('upload_length', { mode: 'number' }),
    preview_key: text('preview_key'),
    preview_file_id: uuid('preview_file_id'),
    /** The file that this one was made from, and the one that has the same content in another form. */
    source_id: uuid('source_id'),
    alternative_id: uuid('alternative_id'),
    /** How many bytes came, and their checksum. */
    stored_size: bigint('stored_size', { mode: 'number' }),
    sha256: text('sha256'),
    uploaded_at: moment('uploaded_at'),
    analysed_at: moment('analysed_at'),
    /** How often a platform began to analyse it and did not live to say how that ended. */
    analysis_tries: integer('analysis_tries').notNull().default(0),
    /** How often analysis failed for a reason of its own, on a platform that lived: a fault of its code, most likely. */
    analysis_faults: integer('analysis_faults').notNull().default(0),
    /** Which platform works on it, and until when nobody else does. */
    lease_owner: text('lease_owner'),
    lease_until: moment('lease_until'),
    resolution: integer('resolution'),
    crs: text('crs'),
    bounds: jsonb('bounds').$type<number[]>(),
    area: doublePrecision('area'),
    length: doublePrecision('length'),
    points: integer('points'),
    lines: integer('lines'),
    polygons: integer('polygons'),
    size: bigint('size', { mode: 'number' }),
    error: boolean('error'),
    /** Why the file cannot be used, for the user. */
    error_reason: text('error_reason'),
    publishable: boolean('publishable'),
    selectors: jsonb('selectors').$type<Filled<DataFile['selectors']>>(),
    number_of_ingesters: integer('number_of_ingesters'),
    ingesters: jsonb('ingesters').$type<Record<string, unknown>>(),
    /** The ingesters that have yet to end; null when all have. */
    ingesters_waiting: jsonb('ingesters_waiting').$type<string[]>(),
    /** When what it shows was so, where the file itself says it. */
    acquired_at: moment('acquired_at'),
    downloads: integer('downloads').notNull().default(0),
    /** The content of a vector file in longitude and latitude: the region that services are told. */
    geojson: text('geojson'),
    /** The polygons of `geojson` dissolved; null where they cover no ground twice. */
    region: text('region'),
    stac_item: jsonb('stac_item').$type<Record<string, unknown>>(),
  },
  (table) => [
    index('data_files_data').on(table.data_id, table.created_at, table.id),
    index('data_files_waiting')
      .on(table.lease_until)
      .where(sql`uploaded_at is not null and analysed_at is null`),
    index('data_files_ingesting')
      .on(table.lease_until)
      .where(sql`ingesters_waiting is not null`),
  ],
);

/** What the files of a data item cover together. Only of items whose files cover the same ground, or too much to tell. */
export const dataRegions = pgTable('data_regions', {
  data_id: uuid('data_id')
    .primaryKey()
    .references(() => data.id, { onDelete: 'cascade' }),
  /** Square metres, ground that several files cover once; null where that was not worked out. */
  area: doublePrecision('area'),
  /** Polygons in longitude and latitude; null where those of the files are as good. */
  region: text('region'),
  /** For the user. */
  warning: text('warning').notNull(),
});

/** Which process uses which data: such data cannot be deleted. */
export const dataUses = pgTable(
  'data_uses',
  {
    data_id: uuid('data_id')
      .notNull()
      .references(() => data.id),
    process_id: uuid('process_id').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.data_id, table.process_id] }),
    index('data_uses_process').on(table.process_id),
  ],
);

/** Bytes that no file needs any longer, noted in the transaction that dropped the file and removed after it. */
export const droppedObjects = pgTable('dropped_objects', {
  object_key: text('object_key').primaryKey(),
  created_at: createdAt(),
  /** They came in several goes, and may not have come whole. */
  unfinished: boolean('unfinished').notNull().default(false),
});
