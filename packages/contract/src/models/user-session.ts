import { boolean, datetime, string, uuid } from '../fields/index.ts';
import { model } from './model.ts';
import type { ModelValue } from './model.ts';
import { stamps } from './parts/index.ts';

const kept = { nullable: true, readOnly: true } as const;

/** A login that has not ended. Not part of the original API. */
export const UserSession = model('UserSession', 'Session', 'A login of a user that has not ended.', {
  ...stamps('session'),
  user_id: uuid({ title: 'User', description: 'The id of the user who logged in.', readOnly: true }),
  expires_at: datetime({
    title: 'Expires at',
    description: 'When the session ends by itself.',
    readOnly: true,
  }),
  last_request_at: datetime({
    title: 'Last seen',
    description: 'When the session was last used, to the minute. Absent before the first call.',
    ...kept,
  }),
  address: string({
    title: 'Address',
    description: 'The address from which the user logged in, as the platform saw it.',
    ...kept,
  }),
  client: string({ title: 'Client', description: 'What the program that logged in called itself.', ...kept }),
  current: boolean({
    title: 'Current',
    description: 'Whether it is the session that asks.',
    readOnly: true,
  }),
});
export type UserSession = ModelValue<typeof UserSession>;
