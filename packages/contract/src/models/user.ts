import * as z from 'zod';

import { boolean, datetime, email, int32, listOf, string, uuid } from '../fields/index.ts';
import { model } from './model.ts';
import type { ModelValue } from './model.ts';
import { stamps } from './parts/index.ts';

const channels = (title: string, about: string) =>
  listOf(z.string(), {
    title,
    description: `The channels, e.g. email, by which to tell the user ${about}. Absent or empty: by none.`,
    nullable: true,
  });

/** A user. */
export const User = model('User', 'User', 'A person who logs in.', {
  ...stamps('user'),
  email: email({
    title: 'E-mail address',
    description: 'The address by which the user logs in and is written to.',
    readOnly: true,
  }),
  given_name: string({ title: 'Given name', description: 'The given name of the user.' }),
  family_name: string({ title: 'Family name', description: 'The family name of the user.' }),
  telephone: string({ title: 'Telephone', description: 'The telephone number of the user.', nullable: true }),
  role: int32({
    title: 'Role',
    description: 'A number for what the user does for a living. Absent when not given.',
    nullable: true,
  }),
  default_output_storage_period: int32({
    title: 'Output storage',
    description: 'For how many days the outputs of the user’s new processes are kept.',
  }),
  time_zone: string({
    title: 'Time zone',
    description: 'The time zone in which to show times, by its IANA name, e.g. Europe/London.',
  }),
  locale: string({ title: 'Locale', description: 'The language and region of the user, e.g. en-GB.' }),
  units: string({
    title: 'Units',
    description: 'The system of units in which to show lengths and areas, e.g. metric.',
  }),
  notification_service_status: channels('News of the platform', 'of planned and unplanned outages'),
  notification_account: channels('News of the account', 'of changes to the account'),
  notification_processing_chain: channels('News of processes', 'of processes and their executions'),
  notification_new_features: channels('News of features', 'of new features'),
  notification_contact: channels('Contact', 'anything else'),
  organisations: listOf(
    z.object({
      id: uuid({ title: 'Id', description: 'The id of the organisation.' }),
      last: boolean({ title: 'Last', description: 'Whether it is the one that the user last worked in.' }),
    }),
    {
      title: 'Organisations',
      description: 'The organisations that the user belongs to.',
      nullable: true,
      hidden: true,
    },
  ),
  last_request_at: datetime({
    title: 'Last seen',
    description: 'When the user last made a call. Absent before the first.',
    nullable: true,
    readOnly: true,
  }),
});
export type User = ModelValue<typeof User>;
