import { sql } from 'drizzle-orm';
import {
  bigserial,
  boolean,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';

import { createdAt, credits, id, moment, updatedAt } from '../columns.ts';

export const users = pgTable(
  'users',
  {
    id: id(),
    created_at: createdAt(),
    updated_at: updatedAt(),
    email: text('email').notNull(),
    password_hash: text('password_hash').notNull(),
    /** When the password was set. Codes to sign in with that are older no longer count. */
    password_set_at: moment('password_set_at')
      .notNull()
      .default(sql`clock_timestamp()`),
    given_name: text('given_name').notNull(),
    family_name: text('family_name').notNull(),
    telephone: text('telephone'),
    role: integer('role'),
    default_output_storage_period: integer('default_output_storage_period').notNull().default(30),
    time_zone: text('time_zone').notNull().default('UTC'),
    locale: text('locale').notNull().default('en'),
    units: text('units').notNull().default('metric'),
    notification_service_status: jsonb('notification_service_status').$type<string[]>(),
    notification_account: jsonb('notification_account').$type<string[]>(),
    notification_processing_chain: jsonb('notification_processing_chain').$type<string[]>(),
    notification_new_features: jsonb('notification_new_features').$type<string[]>(),
    notification_contact: jsonb('notification_contact').$type<string[]>(),
    last_request_at: moment('last_request_at'),
  },
  (table) => [uniqueIndex('users_email').on(sql`lower(${table.email})`)],
);

/** Logins that have not ended: a token counts for as long as its row is there. */
export const userSessions = pgTable(
  'user_sessions',
  {
    /** The `jti` of the access token. */
    id: id(),
    created_at: createdAt(),
    updated_at: updatedAt(),
    user_id: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    expires_at: moment('expires_at').notNull(),
    last_request_at: moment('last_request_at'),
    address: text('address'),
    client: text('client'),
  },
  (table) => [index('user_sessions_user').on(table.user_id, table.created_at)],
);

export const organisations = pgTable('organisations', {
  id: id(),
  created_at: createdAt(),
  updated_at: updatedAt(),
  name: text('name').notNull(),
  address_line_1: text('address_line_1').notNull().default(''),
  address_line_2: text('address_line_2'),
  address_town_city: text('address_town_city').notNull().default(''),
  address_post_zip_code: text('address_post_zip_code').notNull().default(''),
  address_country: text('address_country').notNull().default(''),
  payment_customer: text('payment_customer'),
  payment_valid: boolean('payment_valid'),
  income_customer: text('income_customer'),
  income_valid: boolean('income_valid'),
  income_tax_rate: numeric('income_tax_rate', { mode: 'number' }),
  income_tax_reference: text('income_tax_reference'),
  currency: text('currency'),
  agreed_licenses: jsonb('agreed_licenses').$type<string[]>(),
  offers: jsonb('offers').$type<string[]>(),
  maximum_output_storage_period: integer('maximum_output_storage_period'),
  maximum_file_downloads: integer('maximum_file_downloads'),
  /** Until when the storage of its data has been charged. */
  storage_charged_until: moment('storage_charged_until'),
});

export const memberships = pgTable(
  'memberships',
  {
    organisation_id: uuid('organisation_id')
      .notNull()
      .references(() => organisations.id, { onDelete: 'cascade' }),
    user_id: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    roles: jsonb('roles').$type<string[]>().notNull(),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  (table) => [
    primaryKey({ columns: [table.organisation_id, table.user_id] }),
    index('memberships_user').on(table.user_id),
  ],
);

/** Links by which people become members. One that is used or revoked is gone. */
export const invitations = pgTable(
  'invitations',
  {
    id: id(),
    created_at: createdAt(),
    updated_at: updatedAt(),
    organisation_id: uuid('organisation_id')
      .notNull()
      .references(() => organisations.id, { onDelete: 'cascade' }),
    email: text('email').notNull(),
    roles: jsonb('roles').$type<string[]>().notNull(),
    invited_by: uuid('invited_by')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    expires_at: moment('expires_at').notNull(),
    /** SHA-256 of the code in the link, which is kept nowhere. */
    code_hash: text('code_hash').notNull(),
  },
  (table) => [
    uniqueIndex('invitations_code').on(table.code_hash),
    uniqueIndex('invitations_email').on(table.organisation_id, sql`lower(${table.email})`),
    index('invitations_user').on(table.invited_by),
  ],
);

/** Every movement of credits. Rows are only ever added: a balance is a sum. */
export const ledger = pgTable(
  'ledger',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    organisation_id: uuid('organisation_id')
      .notNull()
      .references(() => organisations.id, { onDelete: 'cascade' }),
    at: moment('at')
      .notNull()
      .default(sql`platform_now()`),
    purse: text('purse').notNull(),
    /** Positive: put in; negative: spent. */
    amount: credits('amount').notNull(),
    kind: text('kind').notNull(),
    /** What it was for: an execution, a data item. */
    reference: uuid('reference'),
    /** The same movement is written once, however often it is tried. */
    once: text('once').notNull(),
    note: text('note'),
  },
  (table) => [
    uniqueIndex('ledger_once').on(table.once),
    index('ledger_organisation').on(table.organisation_id, table.at),
    index('ledger_reference').on(table.reference),
  ],
);

/** Secrets that the platform made for itself, such as the key that signs its tokens. */
export const platformKeys = pgTable('platform_keys', {
  name: text('name').primaryKey(),
  value: text('value').notNull(),
  created_at: createdAt(),
});

/** Answers to calls that carried an idempotency key, given again when the call is sent again. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    user_id: uuid('user_id').notNull(),
    key: text('key').notNull(),
    request: text('request').notNull(),
    boot: uuid('boot').notNull(),
    status: integer('status'),
    body: jsonb('body'),
    created_at: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.user_id, table.key] })],
);
