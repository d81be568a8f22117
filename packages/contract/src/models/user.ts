import { z } from 'zod';

import { boolean, datetime, email, integer, listOf, string, uuid } from '../fields/index.ts';
import { model } from './model.ts';
import type { ModelValue } from './model.ts';

export const User = model('User', 'User', 'TBD', {
  id: uuid({ title: 'Id', description: 'TBD', readOnly: true }),
  created_at: datetime({ title: 'Created at', description: 'TBD', readOnly: true }),
  updated_at: datetime({ title: 'Updated at', description: 'TBD', readOnly: true }),
  email: email({ title: 'Email', description: 'TBD', readOnly: true }),
  given_name: string({ title: 'Given name', description: 'TBD' }),
  family_name: string({ title: 'Family name', description: 'TBD' }),
  telephone: string({ title: 'Telephone', description: 'TBD', nullable: true }),
  role: integer({ title: 'Role', description: 'TBD', nullable: true }),
  default_output_storage_period: integer({ title: 'Default output storage period', description: 'TBD' }),
  time_zone: string({ title: 'Time zone', description: 'TBD' }),
  locale: string({ title: 'Locale', description: 'TBD' }),
  units: string({ title: 'Units', description: 'TBD' }),
  notification_service_status: listOf(z.string(), {
    title: 'Notification service status',
    description: 'TBD',
    nullable: true,
  }),
  notification_account: listOf(z.string(), {
    title: 'Notification account',
    description: 'TBD',
    nullable: true,
  }),
  notification_processing_chain: listOf(z.string(), {
    title: 'Notification processing chain',
    description: 'TBD',
    nullable: true,
  }),
  notification_new_features: listOf(z.string(), {
    title: 'Notification new features',
    description: 'TBD',
    nullable: true,
  }),
  notification_contact: listOf(z.string(), {
    title: 'Notification contact',
    description: 'TBD',
    nullable: true,
  }),
  organisations: listOf(
    z.object({
      id: uuid({ title: 'Id', description: 'TBD' }),
      last: boolean({ title: 'Last', description: 'TBD' }),
    }),
    { title: 'Organisations', description: 'TBD', nullable: true, hidden: true },
  ),
  last_request_at: datetime({ title: 'Last request at', description: 'TBD', nullable: true, readOnly: true }),
});
export type User = ModelValue<typeof User>;
